/**
 * Messages to the outside that are not lost and not repeated: taken durably, handed to their channel until it has them
 * or they are too old, and marked. One at a time a channel, in order.
 */

import { join } from "node:path";

import { fault, toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { ChannelRegistry, OutboundMessage } from "./channel.ts";
import { createDeliveries, type Delivery } from "./deliveries.ts";
import { openOutboxFile, type OutboxFile, type PostedRecord } from "./outbox-file.ts";

export interface Outbox {
  /**
   * Resolves when the message is on the disk. The same key again is the same message, also after a restart. Throws
   * STORAGE_FAILED (nothing was taken), QUEUE_FULL.
   */
  post(message: OutboundMessage, options: { readonly key: string; readonly expiresInMs?: number }): Promise<void>;
  /** How the delivery ended; undefined when it has not within the time. Throws STORAGE_FAILED. */
  settled(key: string, timeoutMs: number): Promise<Delivery | undefined>;
  /** Takes up what an earlier life left. */
  readonly begin: () => void;
  /** Nothing is handed out any more; what waits stays on the disk. */
  readonly close: () => Promise<void>;
}

export interface OutboxOptions {
  readonly home: string;
  readonly channels: ChannelRegistry;
  readonly now: () => number;
  readonly log: Logger;
  /** Pause before attempt n (from 2) after a failure that may pass. */
  readonly retryDelayMs?: (attempt: number) => number;
  readonly attemptTimeoutMs?: number;
}

const DAY_MS = 86_400_000;
const MAX_WAITING = 1000;

const backOffMs = (attempt: number): number => Math.min(300_000, 1000 * 2 ** (attempt - 2)) * (0.5 + Math.random() / 2);

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { channels, now, log, retryDelayMs = backOffMs, attemptTimeoutMs = 60_000 } = options;
  const waiting = new Map<string, PostedRecord>();
  const deliveries = createDeliveries();
  const posting = new Map<string, Promise<void>>();
  /** Channels whose messages are being handed out, and how to end a pause of theirs. */
  const working = new Map<string, () => void>();
  const loops = new Set<Promise<void>>();
  const stopping = new AbortController();
  let opening: Promise<OutboxFile> | undefined;

  const openedOnce = (): Promise<OutboxFile> =>
    (opening ??= openOutboxFile(join(options.home, "outbox", "outbox.jsonl")).then((file) => {
      for (const record of file.records) {
        if (record.type === "posted") waiting.set(record.key, record);
        else deliveries.settle(record.key, record);
      }
      return file;
    }));
  const opened = async (): Promise<OutboxFile> => {
    try {
      return await openedOnce();
    } catch (thrown) {
      opening = undefined;
      throw thrown;
    }
  };

  const post: Outbox["post"] = async (message, { key, expiresInMs = DAY_MS }) => {
    const file = await opened();
    if (waiting.has(key) || deliveries.get(key)) return;
    if (waiting.size >= MAX_WAITING) throw fault("QUEUE_FULL", { message: "Too many messages wait to be sent." });
    const at = now();
    const record: PostedRecord = { type: "posted", key, at, expiresAt: at + expiresInMs, message };
    await file.append(record);
    waiting.set(key, record);
    work(message.channel);
  };

  const work = (channel: string): void => {
    if (stopping.signal.aborted || working.has(channel)) return;
    working.set(channel, () => undefined);
    const loop = workThrough(channel).finally(() => {
      working.delete(channel);
      loops.delete(loop);
      if (nextFor(channel, waiting)) work(channel);
    });
    loops.add(loop);
  };

  const workThrough = async (channel: string): Promise<void> => {
    let attempt = 1;
    for (
      let record = nextFor(channel, waiting);
      record && !stopping.signal.aborted;
      record = nextFor(channel, waiting)
    ) {
      const delivery = await tryOnce(record, { channels, now, log, attemptTimeoutMs, stop: stopping.signal });
      if (delivery && (await isMarked(record, delivery))) attempt = 1;
      else await pause(channel, retryDelayMs(++attempt), record.expiresAt);
    }
  };

  /** A delivery that cannot be marked is made again, under the same key. */
  const isMarked = async ({ key }: PostedRecord, delivery: Delivery): Promise<boolean> => {
    try {
      await (await opened()).append({ type: "ended", key, at: now(), ...delivery });
    } catch (thrown) {
      log.error("delivery could not be marked", { key, error: thrown });
      return false;
    }
    waiting.delete(key);
    deliveries.settle(key, delivery);
    return true;
  };

  const pause = async (channel: string, delayMs: number, expiresAt: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(1, Math.min(delayMs, expiresAt - now())));
    working.set(channel, resolve);
    const stop = (): void => resolve();
    stopping.signal.addEventListener("abort", stop, { once: true });
    await promise;
    stopping.signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  };

  const takeUp = async (): Promise<void> => {
    try {
      await opened();
    } catch (thrown) {
      log.error("the outbox could not be read", { error: thrown });
    }
    for (const { message } of waiting.values()) work(message.channel);
  };

  channels.onRegistered((name) => working.get(name)?.());

  return {
    post: async (message, more) => {
      const under = posting.get(more.key);
      if (under) return under;
      const posted = post(message, more).finally(() => posting.delete(more.key));
      posting.set(more.key, posted);
      return posted;
    },
    settled: async (key, timeoutMs) => {
      await opened();
      return deliveries.wait(key, timeoutMs);
    },
    begin: () => void takeUp(),
    close: async () => {
      stopping.abort();
      await Promise.all(loops);
      const file = await opening?.catch(() => undefined);
      await file?.close();
    },
  };
};

const nextFor = (channel: string, waiting: ReadonlyMap<string, PostedRecord>): PostedRecord | undefined => {
  for (const record of waiting.values()) if (record.message.channel === channel) return record;
  return undefined;
};

interface Attempt extends Pick<OutboxOptions, "channels" | "now" | "log"> {
  readonly attemptTimeoutMs: number;
  readonly stop: AbortSignal;
}

/** undefined: later again. */
const tryOnce = async (
  { key, expiresAt, message }: PostedRecord,
  { channels, now, log, attemptTimeoutMs, stop }: Attempt,
): Promise<Delivery | undefined> => {
  if (now() >= expiresAt) return { outcome: "expired", error: "The message could not be delivered in time." };
  try {
    const channel = channels.get(message.channel);
    if (!channel) return undefined;
    const signal = AbortSignal.any([stop, AbortSignal.timeout(attemptTimeoutMs)]);
    return { outcome: "delivered", ...(await channel.deliver(message, { key, signal })) };
  } catch (thrown) {
    const cause = toFault(thrown);
    log.warn("message not delivered", { key, channel: message.channel, error: cause });
    return cause.retryable || stop.aborted ? undefined : { outcome: "failed", error: cause.message };
  }
};
