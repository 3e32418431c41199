import { describe, expect, it } from "vitest";

import type { RunEvent } from "./run-event.ts";
import { createRunQueue } from "./run-queue.ts";

const delta = (text: string): RunEvent => ({ event: "delta", data: { text } });
const update = (toolCallId: string, result: string): RunEvent => ({
  event: "tool",
  data: { phase: "update", toolCallId, name: "exec", result },
});
const END: RunEvent = { event: "aborted", data: { runId: "r" } };
const never = new AbortController().signal;

describe("the queue between a run and a slow reader", () => {
  it("joins deltas that wait, and keeps their order with everything else", async () => {
    const queue = createRunQueue();
    const tool: RunEvent = { event: "tool", data: { phase: "start", toolCallId: "t", name: "exec" } };
    for (const event of [delta("a"), delta("b"), tool, delta("c"), delta("d"), END]) queue.push(event);
    expect(await Array.fromAsync(queue.read(never))).toEqual([delta("ab"), tool, delta("cd"), END]);
  });

  it("holds one entry however many deltas a reader leaves waiting", async () => {
    const queue = createRunQueue();
    for (let piece = 0; piece < 10_000; piece++) queue.push(delta("x"));
    queue.push(END);
    const [whole] = await Array.fromAsync(queue.read(never));
    expect(whole).toEqual(delta("x".repeat(10_000)));
  });

  it("holds only the newest output of a tool that a reader leaves waiting", async () => {
    const queue = createRunQueue();
    for (let line = 0; line < 1_000; line++) queue.push(update("a", `line ${line}`));
    for (const event of [update("b", "other"), END]) queue.push(event);
    expect(await Array.fromAsync(queue.read(never))).toEqual([update("a", "line 999"), update("b", "other"), END]);
  });

  it("takes nothing after the end", async () => {
    const queue = createRunQueue();
    queue.push(END);
    queue.push(delta("late"));
    expect(queue.ended).toBe(true);
    expect(await Array.fromAsync(queue.read(never))).toEqual([END]);
  });

  it("lets a reader that waits go when its signal fires", async () => {
    const queue = createRunQueue();
    const gone = new AbortController();
    const reading = Array.fromAsync(queue.read(gone.signal));
    gone.abort();
    expect(await reading).toEqual([]);
  });
});
