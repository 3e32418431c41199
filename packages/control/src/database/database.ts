/** An open database, embedded or not: what the services and Better Auth work on. */

import type { Kysely } from "kysely";

import type { Notifications } from "./notifications.ts";
import type { Schema } from "./schema.ts";

export interface Database {
  readonly kysely: Kysely<Schema>;
  readonly dialect: "pglite" | "postgres";
  readonly notifications: Notifications;
  /** Waits for running queries; harmless when called twice. */
  close(): Promise<void>;
}
