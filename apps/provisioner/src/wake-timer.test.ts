import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { createWakeTimer } from "./wake-timer.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const timerAt = (runs: number[], work = async (): Promise<void> => undefined) =>
  createWakeTimer({
    intervalMs: 1_000,
    now: () => new Date(),
    work: async () => {
      runs.push(Date.now() - startedAt);
      await work();
    },
  });

let startedAt = 0;
beforeEach(() => {
  startedAt = Date.now();
});

const soon = (ms: number): Date => new Date(startedAt + ms);

it("runs at once and then at its interval", async () => {
  const runs: number[] = [];
  timerAt(runs).start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(runs).toEqual([0, 1_000, 2_000]);
});

it("runs earlier when it is asked to, and is not put off by something later", async () => {
  const runs: number[] = [];
  const timer = timerAt(runs);
  timer.start();
  await vi.advanceTimersByTimeAsync(10);
  timer.wakeAt(soon(300));
  timer.wakeAt(soon(700));
  await vi.advanceTimersByTimeAsync(500);
  timer.wakeAt(soon(0));
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toEqual([0, 300, 510]);
});

it("remembers a wish that came while it worked", async () => {
  const runs: number[] = [];
  const timer = timerAt(runs, () => new Promise((resolve) => setTimeout(resolve, 100)));
  timer.start();
  await vi.advanceTimersByTimeAsync(50);
  timer.wakeAt(soon(60));
  await vi.advanceTimersByTimeAsync(100);
  expect(runs).toHaveLength(2);
  expect(runs[1]).toBeLessThanOrEqual(101);
});

it("never runs again after its stop, which waits for work in progress", async () => {
  const runs: number[] = [];
  const timer = timerAt(runs, () => new Promise((resolve) => setTimeout(resolve, 100)));
  timer.start();
  let isStopped = false;
  void timer.stop().then(() => (isStopped = true));
  timer.wakeAt(soon(0));
  await vi.advanceTimersByTimeAsync(99);
  expect(isStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(isStopped).toBe(true);
  expect(runs).toEqual([0]);
});
