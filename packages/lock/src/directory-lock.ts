/**
 * One process a directory. The lock is SQLite's own file lock on `lock.db`, so the kernel releases it when the
 * process dies in whatever way, and two starters can never both win. `lock.json` beside it only names the owner.
 */

import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { fault } from "@skykoi/fault";

export interface LockOptions {
  /** What the owner is, for the sentence the second process prints: "the gateway". */
  readonly owner: string;
}

export interface DirectoryLock {
  release(): void;
}

/**
 * Creates `directory` when it is missing. Throws DATA_DIR_LOCKED when another process (or this one) holds it, and
 * STORAGE_FAILED when nothing can be written there. A full disk is no reason to refuse: the lock takes no room.
 */
export const acquireLock = (directory: string, options: LockOptions): DirectoryLock => {
  const ownerFile = join(directory, "lock.json");
  const database = lockDatabase(directory, ownerFile);
  held.add(database);
  nameOwner(ownerFile, options.owner);

  return {
    release: () => {
      if (!database.isOpen) return;
      rmSync(ownerFile, { force: true });
      database.close();
      held.delete(database);
    },
  };
};

/** A lock is held until it is released, also by a caller that keeps no hold of it: a collected database unlocks. */
const held = new Set<DatabaseSync>();

/** Result codes of SQLite: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

const lockDatabase = (directory: string, ownerFile: string): DatabaseSync => {
  const path = join(directory, "lock.db");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return openLocked(path);
  } catch (cause) {
    const code = resultCode(cause);
    if (code === BUSY) throw inUse(directory, ownerFile, cause);
    if (code !== NOT_A_DATABASE && code !== CORRUPT) throw notWritable(directory, cause);
  }
  // A damaged file, which only somebody without a rival can read. Nothing is kept in it. It is emptied and not removed:
  // whoever else gets here meets the same file, and one of the two gets the lock.
  try {
    truncateSync(path);
    return openLocked(path);
  } catch (cause) {
    throw resultCode(cause) === BUSY ? inUse(directory, ownerFile, cause) : notWritable(directory, cause);
  }
};

const openLocked = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // In memory: otherwise the lock would need room for a journal that stays empty.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

const inUse = (directory: string, ownerFile: string, cause: unknown) =>
  fault("DATA_DIR_LOCKED", {
    message: `${directory} is already in use by ${describeOwner(ownerFile)}. Stop that process first, or use another directory.`,
    cause,
  });

const notWritable = (directory: string, cause: unknown) =>
  fault("STORAGE_FAILED", {
    message: `${directory} cannot be written to: ${cause instanceof Error ? cause.message : String(cause)}.`,
    cause,
  });

/** The primary result code; undefined for what is not SQLite's. */
const resultCode = (thrown: unknown): number | undefined =>
  thrown instanceof Error && "errcode" in thrown && typeof thrown.errcode === "number"
    ? thrown.errcode & 0xff
    : undefined;

const nameOwner = (ownerFile: string, owner: string): void => {
  try {
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, owner }), { mode: 0o600 });
  } catch {
    // The disk has no room for the name; the lock alone decides, and the refusal of others does without it.
  }
};

const describeOwner = (ownerFile: string): string => {
  try {
    const { pid, owner } = JSON.parse(readFileSync(ownerFile, "utf8"));
    return `${String(owner)} (process ${Number(pid)})`;
  } catch {
    // The owner has the lock but has not written its name yet; the lock alone decides.
    return "another process";
  }
};
