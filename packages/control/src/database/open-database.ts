/** Opens the one database of the platform: PostgreSQL where an address is given, else the embedded one. */

import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { openPostgres } from "./postgres.ts";

export interface OpenDatabaseOptions {
  /** `postgres://…`; wins over `dataDir`. */
  readonly url?: string;
  /** The embedded database's own directory; created on the first start. */
  readonly dataDir?: string;
  readonly log: Logger;
}

/** Migrated and listening. Throws the faults of `openEmbedded` and `openPostgres`. */
export const openDatabase = async ({ url, dataDir, log }: OpenDatabaseOptions): Promise<Database> => {
  if (url !== undefined) return await openPostgres(url, log);
  if (dataDir !== undefined) return await openEmbedded(dataDir, log);
  throw fault("CONFIG_INVALID", { message: "Neither a database address nor a data directory is given." });
};
