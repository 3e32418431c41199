import { setImmediate } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { readEvents } from "../testing/event-stream.ts";
import { encodeSse, sseResponse, type SseMessage, type SseOptions } from "./sse.ts";

const response = (open: (signal: AbortSignal) => AsyncIterable<SseMessage>, options: Partial<SseOptions> = {}) =>
  sseResponse(open, {
    pingIntervalMs: 60_000,
    signal: new AbortController().signal,
    onError: (error) => {
      throw error;
    },
    ...options,
  });

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

describe("server-sent events", () => {
  it("keep every message one event, whatever its text holds", async () => {
    const text = 'two\nlines\r\n\r\ndata: x\nevent: y\u2028 "quoted" 🐟';
    expect(encodeSse({ event: "delta", data: { text } }).split("\n")).toHaveLength(4);
    const events = await readEvents(
      response(async function* () {
        yield { event: "delta", id: "7", data: { text } };
        yield { event: "final", data: {} };
      }),
    ).rest();
    expect(events).toEqual([
      { event: "delta", id: "7", data: { text } },
      { event: "final", id: undefined, data: {} },
    ]);
  });

  it("are pinged while nothing happens", async () => {
    const answer = response(
      async function* (signal) {
        await untilAborted(signal);
        yield { event: "never", data: 0 };
      },
      { pingIntervalMs: 5 },
    );
    const reader = answer.body?.getReader();
    const texts: string[] = [];
    for (let chunk = 0; chunk < 3; chunk++) texts.push(new TextDecoder().decode((await reader?.read())?.value));
    expect(texts).toEqual(["retry: 2000\n\n", ": ping\n\n", ": ping\n\n"]);
    await reader?.cancel();
  });

  it("are produced only as fast as they are read", async () => {
    let produced = 0;
    const answer = response(async function* () {
      for (;;) yield { event: "tick", data: ++produced };
    });
    const events = readEvents(answer);
    await setImmediate();
    expect(produced).toBe(0);
    await events.next();
    await events.next();
    await setImmediate();
    expect(produced).toBe(2);
    await events.cancel();
  });

  it("tell their source when the reader goes away, also in the middle of a wait", async () => {
    const left = Promise.withResolvers<string>();
    const events = readEvents(
      response(async function* (signal) {
        try {
          yield { event: "first", data: 1 };
          await untilAborted(signal);
        } finally {
          left.resolve("left");
        }
      }),
    );
    await events.next();
    const waiting = events.next().catch(() => "ended");
    await setImmediate();
    await events.cancel();
    expect(await left.promise).toBe("left");
    expect(await waiting).toBe("ended");
  });

  it("end without a word to the client when their source fails, and the failure is reported", async () => {
    const errors: unknown[] = [];
    const events = await readEvents(
      response(
        async function* () {
          yield { event: "first", data: 1 };
          throw new Error("the database went away");
        },
        { onError: (error) => errors.push(error) },
      ),
    ).rest();
    expect(events).toHaveLength(1);
    expect(errors).toEqual([new Error("the database went away")]);
  });
});
