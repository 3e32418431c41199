/** One connection that only listens; it comes back by itself after the server was away. */

import type { Logger } from "@skykoi/log";
import { Client } from "pg";

import { CHANNEL, type NotificationHub } from "./notifications.ts";

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

export interface PostgresListener {
  close(): Promise<void>;
}

interface ListenerOptions {
  readonly url: string;
  readonly connectLimitMs: number;
  readonly hub: NotificationHub;
  readonly log: Logger;
}

/** The first connection must succeed; what breaks later is mended in the background. */
export const listenOnPostgres = async (options: ListenerOptions): Promise<PostgresListener> => {
  const { log } = options;
  let current: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let delayMs = MIN_DELAY_MS;
  let closed = false;

  const connect = async (): Promise<void> => {
    const client = await openListener(options);
    if (closed) return await client.end();
    client.once("end", connectLater);
    current = client;
    delayMs = MIN_DELAY_MS;
  };

  const connectLater = (): void => {
    if (closed) return;
    log.warn("Change notifications are interrupted; connecting to the database again.", { delayMs });
    timer = setTimeout(() => void connect().catch(connectLater), delayMs);
    timer.unref();
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  };

  await connect();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await current?.end();
    },
  };
};

const openListener = async ({ url, connectLimitMs, hub, log }: ListenerOptions): Promise<Client> => {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectLimitMs,
    keepAlive: true,
    application_name: "skykoi listener",
  });
  client.on("error", (error) => log.warn("The connection for change notifications broke.", { error }));
  client.on("notification", ({ payload }) => payload !== undefined && hub.deliver(payload));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    return client;
  } catch (thrown) {
    await client.end();
    throw thrown;
  }
};
