/** A PostgreSQL server by DATABASE_URL: a bounded pool, time limits on every wait, no secret in any message. */

import { fault, isFault, type Fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";

import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { createNotificationHub } from "./notifications.ts";
import { listenOnPostgres } from "./postgres-listener.ts";
import type { Schema } from "./schema.ts";

const MAX_CONNECTIONS = 10;
const CONNECT_LIMIT_MS = 10_000;
const STATEMENT_LIMIT_MS = 30_000;
const IDLE_TRANSACTION_LIMIT_MS = 60_000;
const OLDEST_VERSION = 150_000; // 15.0, as server_version_num says it

/** Throws CONFIG_INVALID for what only a change of DATABASE_URL mends, UNAVAILABLE when the server does not answer. */
export const openPostgres = async (url: string, log: Logger): Promise<Database> => {
  const address = addressOf(url);
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_LIMIT_MS,
    keepAlive: true,
    application_name: "skykoi",
  });
  pool.on("error", (error) => log.warn("An idle database connection broke.", { error }));
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const hub = createNotificationHub(log);
  try {
    await requireVersion(kysely);
    await migrate(kysely, log);
    const listener = await listenOnPostgres({ url, connectLimitMs: CONNECT_LIMIT_MS, hub, log });
    const shutDown = async (): Promise<void> => {
      await listener.close();
      await kysely.destroy();
    };
    let closing: Promise<void> | undefined;
    return { kysely, dialect: "postgres", notifications: hub, close: () => (closing ??= shutDown()) };
  } catch (thrown) {
    await kysely.destroy();
    throw isFault(thrown) ? thrown : explain(thrown, address);
  }
};

/** Host and database for messages; never the user's password. */
const addressOf = (url: string): string => {
  const parsed = URL.parse(url);
  if (parsed && /^postgres(?:ql)?:$/.test(parsed.protocol)) {
    return `${parsed.host || "the local socket"}${parsed.pathname}`;
  }
  throw fault("CONFIG_INVALID", {
    message: "DATABASE_URL is not a PostgreSQL address. It must look like postgres://user:password@host:5432/database.",
  });
};

const requireVersion = async (kysely: Kysely<Schema>): Promise<void> => {
  const { rows } = await sql<{ version: string }>`
    select current_setting('server_version_num') as version`.execute(kysely);
  const version = Number(rows[0]?.version);
  if (version >= OLDEST_VERSION) return;
  throw fault("CONFIG_INVALID", {
    message: `DATABASE_URL leads to PostgreSQL ${Math.floor(version / 10_000)}. SkyKoi needs version 15 or newer.`,
  });
};

const explain = (thrown: unknown, address: string): Fault => {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  switch (code) {
    case "28P01":
    case "28000":
      return fault("CONFIG_INVALID", {
        message: `The database at ${address} refused the user or the password in DATABASE_URL.`,
        cause: thrown,
      });
    case "3D000":
      return fault("CONFIG_INVALID", {
        message: `There is no database at ${address}. Create it first.`,
        cause: thrown,
      });
    case "42501":
      return fault("CONFIG_INVALID", {
        message: `The user in DATABASE_URL may not create tables in ${address}.`,
        cause: thrown,
      });
    default:
      return fault("UNAVAILABLE", { message: `The database at ${address} does not answer.`, cause: thrown });
  }
};
