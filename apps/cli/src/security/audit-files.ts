/** Which files of a gateway others can read or change; and taking those rights away. */

import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { SkykoiConfig } from "@skykoi/config";
import { hasErrno } from "@skykoi/fault";

import type { Finding } from "./finding.ts";

export interface OpenFile {
  readonly path: string;
  readonly finding: Finding;
  /** What it should be at most. */
  readonly mode: number;
}

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const WORLD_WRITE = 0o002;

/** Files of the home are told one by one, those of the workspace only when anybody can change them. */
export const openFiles = async (home: string, config: SkykoiConfig): Promise<OpenFile[]> => {
  const homeMode = await modeOf(home);
  if (homeMode === undefined) return [];
  const { workspace } = config.agents.defaults;
  const found = await Promise.all([
    ownFiles(home, homeMode),
    ...[workspace, join(workspace, "skills"), ...config.skills.dirs].map(instructions),
  ]);
  return found.flat();
};

/** Gives each the mode it should have; what cannot be changed is left. */
export const closeFiles = async (files: readonly OpenFile[]): Promise<string[]> => {
  const done: string[] = [];
  for (const { path, mode } of files) {
    try {
      await chmod(path, mode);
      done.push(`${path} is closed to others now.`);
    } catch (thrown) {
      if (!hasErrno(thrown, "EPERM") && !hasErrno(thrown, "EACCES")) throw thrown;
      done.push(`${path} belongs to somebody else; its rights could not be changed.`);
    }
  }
  return done;
};

const ownFiles = async (home: string, homeMode: number): Promise<OpenFile[]> => {
  // Nobody gets past a closed home to what is below it.
  if ((homeMode & OTHERS) === 0) return [];
  const open: OpenFile[] = [
    {
      path: home,
      mode: 0o700,
      finding: {
        level: (homeMode & OTHERS_WRITE) === 0 ? "warn" : "critical",
        subject: home,
        meaning: `Other users can ${(homeMode & OTHERS_WRITE) === 0 ? "look into" : "change"} the gateway's home.`,
        fix: `chmod 700 ${home}`,
      },
    },
  ];
  for (const entry of await readdir(home, { withFileTypes: true })) {
    const path = join(home, entry.name);
    const mode = entry.isFile() ? await modeOf(path) : undefined;
    if (mode === undefined || (mode & OTHERS) === 0) continue;
    const meaning = "Other users can read it: tokens, keys and conversations are in such files.";
    open.push({
      path,
      mode: mode & 0o700,
      finding: { level: "critical", subject: path, meaning, fix: `chmod go= ${path}` },
    });
  }
  return open;
};

/** What the agent is told by files: who can write them, tells it. */
const instructions = async (path: string): Promise<OpenFile[]> => {
  const mode = await modeOf(path);
  if (mode === undefined || (mode & WORLD_WRITE) === 0) return [];
  const meaning = "Every user of this machine can put instructions or programs for the agent here.";
  return [
    { path, mode: mode & 0o775, finding: { level: "critical", subject: path, meaning, fix: `chmod o-w ${path}` } },
  ];
};

const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT") || hasErrno(thrown, "ENOTDIR")) return undefined;
    throw thrown;
  }
};
