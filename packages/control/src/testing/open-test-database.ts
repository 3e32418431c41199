/** A migrated, empty database of a test's own. */

import { randomBytes } from "node:crypto";

import { PGlite } from "@electric-sql/pglite";
import { fault } from "@skykoi/fault";
import { silentLogger } from "@skykoi/log";
import { Client } from "pg";

import type { Database } from "../database/database.ts";
import { fromPglite } from "../database/embedded.ts";
import { openPostgres } from "../database/postgres.ts";
import { loadTemplate } from "./template.ts";

export interface TestDatabaseOptions {
  /** "postgres" needs SKYKOI_TEST_DATABASE_URL: a server on which databases may be created. */
  readonly dialect?: Database["dialect"];
}

/** In memory on PGlite by default; gone when closed, on PostgreSQL too. */
export const openTestDatabase = async ({ dialect = "pglite" }: TestDatabaseOptions = {}): Promise<Database> =>
  dialect === "pglite" ? await openInMemory() : await openOnServer(serverUrl());

const openInMemory = async (): Promise<Database> => {
  const pglite = new PGlite({ loadDataDir: await loadTemplate() });
  await pglite.waitReady;
  return await fromPglite(pglite, { log: silentLogger, onClose: () => undefined });
};

const serverUrl = (): string => {
  const url = process.env.SKYKOI_TEST_DATABASE_URL;
  if (url) return url;
  throw fault("PROGRAM_MISSING", {
    message: "SKYKOI_TEST_DATABASE_URL is not set: there is no PostgreSQL to test on.",
  });
};

const openOnServer = async (url: string): Promise<Database> => {
  const name = `skykoi_test_${randomBytes(8).toString("hex")}`;
  await onServer(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = await openPostgres(own.href, silentLogger);
  let closing: Promise<void> | undefined;
  const closeAndDrop = async (): Promise<void> => {
    await database.close();
    await onServer(url, `drop database ${name} with (force)`);
  };
  return { ...database, close: () => (closing ??= closeAndDrop()) };
};

const onServer = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
