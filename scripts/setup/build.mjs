/** Builds what must be built, when its sources changed: the tenant's bundle and the dashboard. */

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { runQuietly } from "./child.mjs";
import { fingerprint, isFresh } from "./fingerprint.mjs";
import { NODE, inRoot } from "./paths.mjs";
import { step } from "./progress.mjs";

/**
 * @typedef {object} Artifact
 * @property {string} title
 * @property {string[]} sources files and folders that go into it
 * @property {string} product a file that exists when it was built
 * @property {string} stamp where the fingerprint of the sources is kept
 * @property {() => Promise<void>} build
 */

const SHARED = ["packages", "package.json", "pnpm-lock.yaml"];

/** @type {Artifact[]} */
const ARTIFACTS = [
  {
    title: "Building the gateway (dist/koi.mjs)",
    sources: [...SHARED, "apps/cli", "apps/gateway", "scripts/bundle-koi.mjs"],
    product: inRoot("dist", "koi.mjs"),
    stamp: inRoot("dist", ".koi-stamp"),
    build: () => runQuietly(NODE, ["scripts/bundle-koi.mjs"], { failure: "The gateway could not be built" }),
  },
  {
    title: "Building the dashboard",
    sources: [...SHARED, "apps/dashboard"],
    product: inRoot("apps", "dashboard", ".next", "BUILD_ID"),
    stamp: inRoot("apps", "dashboard", ".next", ".stamp"),
    build: () =>
      runQuietly(NODE, ["node_modules/next/dist/bin/next", "build"], {
        cwd: inRoot("apps", "dashboard"),
        env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
        failure: "The dashboard could not be built",
      }),
  },
];

export const ensureBuilt = async () => {
  for (const artifact of ARTIFACTS) {
    const current = fingerprint(artifact.sources);
    if (isFresh(artifact.stamp, current) && existsSync(artifact.product)) continue;
    await step(artifact.title, async () => {
      rmSync(artifact.stamp, { force: true });
      await artifact.build();
      mkdirSync(dirname(artifact.stamp), { recursive: true });
      writeFileSync(artifact.stamp, current);
    });
  }
};
