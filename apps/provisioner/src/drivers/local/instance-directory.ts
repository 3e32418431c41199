/** Where a local instance keeps its things below the platform's data directory, and how they come and go. */

import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

export interface InstanceDirectory {
  readonly root: string;
  /** SKYKOI_HOME: configuration and state of the gateway. */
  readonly home: string;
  /** The agent's own files. */
  readonly workspace: string;
}

const TRASH = ".trash";

export const instanceDirectory = (instances: string, instanceId: string): InstanceDirectory => {
  const root = join(instances, instanceId);
  return { root, home: join(root, "home"), workspace: join(root, "koi") };
};

export const exists = ({ root }: InstanceDirectory): boolean => statSync(root, { throwIfNoEntry: false }) !== undefined;

/** Creates what is missing, and leaves the one-time token where the first boot looks for it. */
export const prepareForEnrolment = (directory: InstanceDirectory, url: string, token: string): void => {
  for (const path of [directory.root, directory.home, directory.workspace]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  const file = enrolmentFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify({ url, token }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

/** A machine that runs again is enrolled; what is left of its enrolment would only be refused. */
export const withdrawEnrolment = (directory: InstanceDirectory): void =>
  rmSync(enrolmentFile(directory), { force: true });

const enrolmentFile = ({ home }: InstanceDirectory): string => join(home, "enrolment.json");

/** In two moves, so that a half-removed directory is never taken for an instance. The machine must be stopped. */
export const removeInstance = async (instances: string, instanceId: string): Promise<void> => {
  const directory = instanceDirectory(instances, instanceId);
  if (!exists(directory)) return;
  const trash = join(instances, TRASH);
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  const doomed = join(trash, instanceId);
  await removeTree(doomed);
  renameSync(directory.root, doomed);
  await removeTree(doomed);
};

/** Agents make directories that nobody may write to, as package caches do; those are opened first. */
const removeTree = async (path: string): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (thrown) {
    if (!isDenied(thrown)) throw thrown;
    openDirectories(path);
    await rm(path, { recursive: true, force: true });
  }
};

const isDenied = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && (thrown.code === "EACCES" || thrown.code === "EPERM");

/** With a list of its own instead of recursion: an agent may nest directories deeper than the stack. */
const openDirectories = (path: string): void => {
  const closed = [path];
  for (let directory = closed.pop(); directory !== undefined; directory = closed.pop()) {
    chmodSync(directory, 0o700);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      // A link is no directory here: what it leads to is not touched.
      if (entry.isDirectory()) closed.push(join(directory, entry.name));
    }
  }
};

/** Ids of the instances that have a directory. */
export const openInstances = (instances: string): string[] => {
  mkdirSync(instances, { recursive: true, mode: 0o700 });
  return listInstances(instances);
};

/** Finishes the removals that were interrupted. */
export const emptyTrash = async (instances: string): Promise<void> => {
  const trash = join(instances, TRASH);
  if (!statSync(trash, { throwIfNoEntry: false })) return;
  for (const name of readdirSync(trash)) await removeTree(join(trash, name));
};

export const listInstances = (instances: string): string[] =>
  readdirSync(instances, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== TRASH)
    .map((entry) => entry.name);
