/** Opens the derived index's SQLite file: an old, damaged or refused one is replaced, at worst by one in memory. */

import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describeThrown } from "@skykoi/fault";

import { INDEX_VERSION, SETTINGS, TABLES } from "./index-schema.ts";

export const IN_MEMORY = ":memory:";

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** Why it is in memory only, when that was not asked for: the disk is full, the directory read-only. */
  readonly problem?: string;
}

/** What is in it can be read again from the transcripts, so nothing that happens to it is fatal. */
export const openIndexDatabase = (path: string): OpenedDatabase => {
  if (path === IN_MEMORY) return { database: prepared(IN_MEMORY) };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return { database: prepared(path) };
  } catch {
    // Whatever is wrong with this file, a new one may be fine.
  }
  try {
    removeIndexFiles(path);
    return { database: prepared(path) };
  } catch (thrown) {
    return { database: prepared(IN_MEMORY), problem: describeThrown(thrown) };
  }
};

export const removeIndexFiles = (path: string): void => {
  if (path === IN_MEMORY) return;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
};

const prepared = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(SETTINGS);
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === INDEX_VERSION) return database;
    if (version !== 0) throw new Error(`index of version ${String(version)}`);
    database.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${INDEX_VERSION}; COMMIT`);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};
