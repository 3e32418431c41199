/**
 * One process a directory. The lock is SQLite's own file lock on `lock.db`, so the kernel releases it when the
 * process dies in whatever way, and two starters can never both win. `lock.json` beside it only names the owner.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** Creates `directory` when it is missing. Throws DATA_DIR_LOCKED when another process (or this one) holds it. */
export const acquireLock = (directory: string, options: LockOptions): DirectoryLock => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ownerFile = join(directory, "lock.json");
  const database = new DatabaseSync(join(directory, "lock.db"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw fault("DATA_DIR_LOCKED", {
      message: `${directory} is already in use by ${describeOwner(ownerFile)}. Stop that process first, or use another directory.`,
      cause,
    });
  }
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, owner: options.owner }), { mode: 0o600 });

  return {
    release: () => {
      if (!database.isOpen) return;
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
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
