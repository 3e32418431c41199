/** Where a local instance keeps its things below the platform's data directory, and how they come and go. */

import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  await rm(doomed, { recursive: true, force: true });
  renameSync(directory.root, doomed);
  await rm(doomed, { recursive: true, force: true });
};

/** Ids of the instances that have a directory; also finishes removals that were interrupted. */
export const openInstances = (instances: string): string[] => {
  mkdirSync(instances, { recursive: true, mode: 0o700 });
  rmSync(join(instances, TRASH), { recursive: true, force: true });
  return listInstances(instances);
};

export const listInstances = (instances: string): string[] =>
  readdirSync(instances, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== TRASH)
    .map((entry) => entry.name);
