/** LISTEN/NOTIFY of both databases behind one small fan-out: a committed change reaches every process as a hint. */

import type { Logger } from "@skykoi/log";
import { sql, type Kysely } from "kysely";

import type { Schema } from "./schema.ts";

export const CHANNEL = "skykoi_agents";

/** Hints may be lost (a broken connection) and repeated; no reader depends on them. */
export interface Notifications {
  /** `listener` gets an agent id. Returns the function that ends the subscription. */
  subscribe(listener: (agentId: string) => void): () => void;
}

export interface NotificationHub extends Notifications {
  deliver(agentId: string): void;
}

export const createNotificationHub = (log: Logger): NotificationHub => {
  const listeners = new Set<{ readonly listener: (agentId: string) => void }>();
  return {
    subscribe: (listener) => {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    deliver: (agentId) => {
      for (const { listener } of listeners) {
        try {
          listener(agentId);
        } catch (error) {
          log.error("A listener for changes failed.", { agentId, error });
        }
      }
    },
  };
};

/** Part of the caller's transaction: delivered when it commits, never when it rolls back. */
export const notifyChanged = async (db: Kysely<Schema>, agentId: string): Promise<void> => {
  await sql`select pg_notify(${CHANNEL}, ${agentId})`.execute(db);
};
