/** The embedded database: PostgreSQL in this process (PGlite) on a directory that only this process may use. */

import { mkdirSync, renameSync, rmSync } from "node:fs";

import { PGlite } from "@electric-sql/pglite";
import { fault } from "@skykoi/fault";
import { acquireLock } from "@skykoi/lock";
import type { Logger } from "@skykoi/log";
import { Kysely, PGliteDialect } from "kysely";

import { clusterOf, corrupt, draftOf, inspectDataDirectory } from "./data-directory.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { CHANNEL, createNotificationHub } from "./notifications.ts";
import type { Schema } from "./schema.ts";

/** The slowest first start measured is far below; a start that takes longer does not come any more. */
const OPEN_LIMIT_MS = 60_000;

/** Classes of SQLSTATE that only damaged files cause. */
const DAMAGE = /^(?:XX\d\d\d|58P01|58030)$/;

/**
 * Throws DATA_DIR_LOCKED when another process has the directory (two would silently lose rows), DATA_DIR_CORRUPT when
 * it cannot be read, STORAGE_FAILED when it cannot be created.
 */
export const openEmbedded = async (dataDir: string, log: Logger): Promise<Database> => {
  inspectDataDirectory(dataDir); // refuses a damaged directory before even the lock's files are written
  createDirectory(dataDir);
  const lock = acquireLock(dataDir, { owner: "another SkyKoi" });
  try {
    if (inspectDataDirectory(dataDir) === "empty") await createCluster(dataDir, log);
    const pglite = await startCluster(dataDir);
    return await fromPglite(pglite, { log, onClose: () => lock.release() });
  } catch (thrown) {
    lock.release();
    throw hasDamageCode(thrown) ? corrupt(dataDir, "PostgreSQL reports damaged files", thrown) : thrown;
  }
};

/** A migrated, listening database on a running PGlite; closes it when that fails. */
export const fromPglite = async (
  pglite: PGlite,
  options: { readonly log: Logger; readonly onClose: () => void },
): Promise<Database> => {
  const kysely = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  const hub = createNotificationHub(options.log);
  const shutDown = async (): Promise<void> => {
    await kysely.destroy();
    if (!pglite.closed) await pglite.close();
    options.onClose();
  };
  try {
    await migrate(kysely, options.log);
    await pglite.listen(CHANNEL, (agentId) => hub.deliver(agentId));
  } catch (thrown) {
    await shutDown();
    throw thrown;
  }

  let closing: Promise<void> | undefined;
  return { kysely, dialect: "pglite", notifications: hub, close: () => (closing ??= shutDown()) };
};

const createDirectory = (dataDir: string): void => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw fault("STORAGE_FAILED", { message: `The data directory ${dataDir} could not be created.`, cause });
  }
};

/** Created beside its place and renamed when complete, so that a kill in the middle leaves nothing half made. */
const createCluster = async (dataDir: string, log: Logger): Promise<void> => {
  log.info("Creating the embedded database. This happens once and takes a few seconds.", { dataDir });
  const draft = draftOf(dataDir);
  rmSync(draft, { recursive: true, force: true });
  try {
    mkdirSync(draft, { mode: 0o700 });
    const pglite = await start(draft);
    await pglite.close();
    renameSync(draft, clusterOf(dataDir));
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    throw fault("STORAGE_FAILED", {
      message: `The database could not be created in ${dataDir}. Is the disk full or read-only?`,
      cause,
    });
  }
};

const startCluster = async (dataDir: string): Promise<PGlite> => {
  try {
    return await start(clusterOf(dataDir));
  } catch (cause) {
    throw corrupt(dataDir, "PostgreSQL does not start on it", cause);
  }
};

const start = async (directory: string): Promise<PGlite> => {
  const pglite = new PGlite({ dataDir: directory });
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`not open after ${OPEN_LIMIT_MS} ms`)), OPEN_LIMIT_MS);
  try {
    await Promise.race([pglite.waitReady, limit.promise]);
    return pglite;
  } finally {
    clearTimeout(timer);
  }
};

const hasDamageCode = (thrown: unknown): boolean => {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && DAMAGE.test(cause.code);
};
