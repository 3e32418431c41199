import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "@skykoi/log";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { createMemoryChannel, type MemoryChannel } from "../testing/memory-channel.ts";
import { createChannelRegistry } from "./channel.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

const home = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "koi-outbox-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

const opened = (directory: string, channel?: MemoryChannel, now: () => number = Date.now) => {
  const channels = createChannelRegistry();
  if (channel) channels.register(channel);
  const outbox = createOutbox({ home: directory, channels, now, log: silentLogger, retryDelayMs: () => 1 });
  onTestFinished(() => outbox.close());
  outbox.begin();
  return { outbox, channels };
};

const message = (text: string, channel = "memory") => ({ channel, to: "anna", text });
const LONG_MS = 10_000;

const posts = async (outbox: Outbox, ...keys: string[]): Promise<void> => {
  for (const key of keys) await outbox.post(message(key), { key });
};

describe("the outbox", () => {
  it("delivers in order, once, and says the other side's id", async () => {
    const channel = createMemoryChannel();
    const { outbox } = opened(home(), channel);
    await posts(outbox, "a", "b", "a");
    expect(await outbox.settled("b", LONG_MS)).toEqual({ outcome: "delivered", messageId: "m-b" });
    expect(channel.attempts).toEqual(["a", "b"]);
  });

  it("tries again what may pass and keeps the order meanwhile", async () => {
    const channel = createMemoryChannel();
    channel.plan.push("fail", "take-and-fail");
    const { outbox } = opened(home(), channel);
    await posts(outbox, "a", "b");
    await outbox.settled("b", LONG_MS);
    expect(channel.attempts).toEqual(["a", "a", "a", "b"]);
    expect(channel.received.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("gives up what the other side refuses, with the reason, and goes on", async () => {
    const channel = createMemoryChannel();
    channel.plan.push("refuse");
    const { outbox } = opened(home(), channel);
    await posts(outbox, "a", "b");
    expect(await outbox.settled("a", LONG_MS)).toEqual({ outcome: "failed", error: "There is no such chat." });
    expect(await outbox.settled("b", LONG_MS)).toMatchObject({ outcome: "delivered" });
  });

  it("does not deliver what is too old", async () => {
    const channel = createMemoryChannel();
    const clock = { now: 1000 };
    channel.plan.push("fail");
    const { outbox } = opened(home(), channel, () => (channel.attempts.length > 0 ? clock.now + 100 : clock.now));
    await outbox.post(message("a"), { key: "a", expiresInMs: 50 });
    expect(await outbox.settled("a", LONG_MS)).toMatchObject({ outcome: "expired" });
    expect(channel.received).toEqual([]);
  });

  it("waits for a channel that is not there yet", async () => {
    const channel = createMemoryChannel();
    const { outbox, channels } = opened(home());
    await posts(outbox, "a");
    channels.register(channel);
    expect(await outbox.settled("a", LONG_MS)).toMatchObject({ outcome: "delivered" });
  });

  it("one channel that hangs does not hold up another", async () => {
    const slow = createMemoryChannel("slow");
    slow.plan.push("hang");
    const { outbox, channels } = opened(home(), createMemoryChannel());
    channels.register(slow);
    await outbox.post(message("a", "slow"), { key: "a" });
    await outbox.post(message("b"), { key: "b" });
    expect(await outbox.settled("b", LONG_MS)).toMatchObject({ outcome: "delivered" });
  });

  it("ignores a last line that was not finished", async () => {
    const directory = home();
    mkdirSync(join(directory, "outbox"));
    appendFileSync(join(directory, "outbox", "outbox.jsonl"), '{"type":"posted","key":"x","at":1');
    const channel = createMemoryChannel();
    const { outbox } = opened(directory, channel);
    await posts(outbox, "a");
    await outbox.settled("a", LONG_MS);
    await outbox.close();
    const again = opened(directory, channel);
    await posts(again.outbox, "a", "b");
    await again.outbox.settled("b", LONG_MS);
    expect(channel.attempts).toEqual(["a", "b"]);
  });

  it("accepts nothing that the disk did not take", async () => {
    const directory = home();
    appendFileSync(join(directory, "outbox"), "a file where the directory belongs");
    const { outbox } = opened(directory, createMemoryChannel());
    await expect(posts(outbox, "a")).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });

  it("over any number of kills: nothing posted is lost, nothing is seen twice, the order is kept", async () => {
    const plans = fc.array(fc.constantFrom("fail", "take-and-fail", "hang"), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 3 }), plans), { maxLength: 4 }), async (lives) => {
        const directory = home();
        const channel = createMemoryChannel();
        const keys: string[] = [];
        for (const [count, plan] of lives) {
          channel.plan.push(...plan);
          const { outbox } = opened(directory, channel);
          for (let one = 0; one < count; one++) {
            const key = `k${keys.length}`;
            await posts(outbox, key);
            keys.push(key);
          }
          channel.plan.length = 0;
          await outbox.close();
        }
        const { outbox } = opened(directory, channel);
        for (const key of keys) expect(await outbox.settled(key, LONG_MS)).toMatchObject({ outcome: "delivered" });
        expect(channel.received.map(({ key }) => key)).toEqual(keys);
      }),
      { numRuns: 12 },
    );
  });
});
