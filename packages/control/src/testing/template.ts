/** A migrated, empty embedded database kept as one file, so that a test's own one is open in half a second. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openAsBlob, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { PGlite } from "@electric-sql/pglite";
import { isFault } from "@skykoi/fault";
import { acquireLock, type DirectoryLock } from "@skykoi/lock";
import { silentLogger } from "@skykoi/log";

import { fromPglite } from "../database/embedded.ts";
import { MIGRATIONS } from "../database/migrations/index.ts";

const CACHE = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "database-template");
const LOCK_LIMIT_MS = 60_000;
const LOCK_POLL_MS = 50;

/** Made once for these migrations and this PGlite, by whichever test process comes first. */
export const loadTemplate = async (): Promise<Blob> => {
  const file = join(CACHE, `${templateKey()}.tar`);
  if (!existsSync(file)) await createTemplate(file);
  return await openAsBlob(file, { type: "application/x-tar" });
};

/** The package's path holds its version. */
const templateKey = (): string =>
  createHash("sha256")
    .update(JSON.stringify([MIGRATIONS, import.meta.resolve("@electric-sql/pglite")]))
    .digest("hex")
    .slice(0, 16);

const createTemplate = async (file: string): Promise<void> => {
  mkdirSync(CACHE, { recursive: true });
  const lock = await waitForLock();
  try {
    if (existsSync(file)) return;
    for (const name of readdirSync(CACHE).filter((entry) => entry.endsWith(".tar"))) rmSync(join(CACHE, name));
    const pglite = new PGlite();
    const database = await fromPglite(pglite, { log: silentLogger, onClose: () => undefined });
    const dump = await pglite.dumpDataDir("none");
    await database.close();
    writeFileSync(`${file}.draft`, Buffer.from(await dump.arrayBuffer()));
    renameSync(`${file}.draft`, file);
  } finally {
    lock.release();
  }
};

const waitForLock = async (): Promise<DirectoryLock> => {
  const deadline = performance.now() + LOCK_LIMIT_MS;
  for (;;) {
    try {
      return acquireLock(CACHE, { owner: "another test process" });
    } catch (thrown) {
      if (!isFault(thrown) || performance.now() > deadline) throw thrown;
      await delay(LOCK_POLL_MS);
    }
  }
};
