/** Brings the dependencies to the state of the lock file, from whatever state they are in. */

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runQuietly } from "./child.mjs";
import { fingerprint, isFresh } from "./fingerprint.mjs";
import { NODE, inRoot } from "./paths.mjs";
import { SetupError, step } from "./progress.mjs";

/** @typedef {{ folder: string, dependencies: string[] }} Workspace */

/** Pinned here and not in package.json: the field of that name makes pnpm replace itself and lock its own binaries. */
const PACKAGE_MANAGER = "pnpm@12.21.0";

const STAMP = inRoot("node_modules", ".install-stamp");

/** Every workspace member with the names of what it depends on. */
const workspaces = () => {
  const groups = ["apps", "packages"].flatMap((group) => readdirSync(inRoot(group)).map((name) => join(group, name)));
  return ["", "tests", "bench", ...groups].flatMap((folder) => readWorkspace(folder));
};

/**
 * @param {string} folder
 * @returns {Workspace[]}
 */
const readWorkspace = (folder) => {
  const file = inRoot(folder, "package.json");
  if (!existsSync(file)) return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
  return [{ folder, dependencies: [...Object.keys(dependencies), ...Object.keys(devDependencies)] }];
};

/** @param {Workspace[]} members */
const isComplete = (members) =>
  existsSync(NODE) &&
  members.every(({ folder, dependencies }) =>
    dependencies.every((name) => existsSync(inRoot(folder, "node_modules", name, "package.json"))),
  );

export const ensureInstalled = async () => {
  const members = workspaces();
  const manifests = members.map(({ folder }) => join(folder, "package.json"));
  const current = fingerprint([...manifests, "pnpm-lock.yaml", "pnpm-workspace.yaml"]);
  if (isFresh(STAMP, current) && isComplete(members)) return;

  await step("Installing dependencies", async () => {
    await install();
    if (!isComplete(members)) {
      // The package manager trusts its own notes; a damaged folder is only repaired from nothing.
      for (const { folder } of members) rmSync(inRoot(folder, "node_modules"), { recursive: true, force: true });
      await install();
    }
    if (!isComplete(members))
      throw new SetupError("The installation is incomplete. See `npx pnpm install` for details.");
    writeFileSync(STAMP, current);
  });
};

const install = () =>
  runQuietly("npx", ["--yes", PACKAGE_MANAGER, "install", "--frozen-lockfile"], {
    env: { ...process.env, CI: "true" },
    failure: "The dependencies could not be installed. Is the npm registry reachable?",
  });
