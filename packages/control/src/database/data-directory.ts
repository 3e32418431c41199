/** Tells an empty data directory from one with a database and from a damaged one, without touching anything. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { fault, type Fault } from "@skykoi/fault";

/** PostgreSQL's files. Only ever there when it was created completely. */
export const clusterOf = (dataDir: string): string => join(dataDir, "cluster");

/** Where a first start works; what a killed one leaves here never held a row that anybody was told about. */
export const draftOf = (dataDir: string): string => join(dataDir, "cluster.creating");

/** The version of PostgreSQL that the embedded database is built from. */
const POSTGRES_VERSION = "18";
const PG_CONTROL_BYTES = 8192;
const NEEDED = ["base", "global", "pg_wal", "pg_xact"];
const OWN_FILE = /^(?:cluster\.creating|lock\..+)$/;

/** "cluster": a database to open; "empty": none yet. Throws DATA_DIR_CORRUPT. */
export const inspectDataDirectory = (dataDir: string): "empty" | "cluster" => {
  const entries = list(dataDir, dataDir);
  if (!entries.includes("cluster")) {
    const foreign = entries.find((name) => !OWN_FILE.test(name));
    if (foreign === undefined) return "empty";
    throw corrupt(dataDir, `it holds "${foreign}" but no database`);
  }
  const files = list(dataDir, clusterOf(dataDir));
  const missing = ["PG_VERSION", ...NEEDED].find((name) => !files.includes(name));
  if (missing !== undefined) throw corrupt(dataDir, `cluster/${missing} is missing`);

  const version = read(dataDir, "PG_VERSION").toString("latin1").trim();
  if (version !== POSTGRES_VERSION) {
    throw corrupt(dataDir, `cluster/PG_VERSION does not say ${POSTGRES_VERSION}`);
  }
  if (read(dataDir, join("global", "pg_control")).length !== PG_CONTROL_BYTES) {
    throw corrupt(dataDir, "cluster/global/pg_control is damaged");
  }
  const emptied = NEEDED.find((name) => list(dataDir, join(clusterOf(dataDir), name)).length === 0);
  if (emptied !== undefined) throw corrupt(dataDir, `cluster/${emptied} is empty`);
  return "cluster";
};

export const corrupt = (dataDir: string, reason: string, cause?: unknown): Fault =>
  fault("DATA_DIR_CORRUPT", {
    message: `${dataDir} cannot be read as SkyKoi's database: ${reason}. Restore it from a backup, or move it away to start empty.`,
    cause,
  });

const list = (dataDir: string, directory: string): string[] => {
  if (!statSync(directory, { throwIfNoEntry: false })) return [];
  return attempt(dataDir, () => readdirSync(directory));
};

const read = (dataDir: string, name: string): Buffer =>
  attempt(dataDir, () => readFileSync(join(clusterOf(dataDir), name)));

const attempt = <T>(dataDir: string, action: () => T): T => {
  try {
    return action();
  } catch (cause) {
    throw corrupt(dataDir, cause instanceof Error ? cause.message : String(cause), cause);
  }
};
