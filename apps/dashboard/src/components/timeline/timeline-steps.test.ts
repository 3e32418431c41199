import type { TimelineEventView } from "@skykoi/api/views";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { setUpClock } from "./set-up-clock.ts";
import { timelineSteps } from "./timeline-steps.ts";

const beganAtMs = Date.parse("2026-11-22T10:00:00.000Z");

/** Compact events: [step, state, ms after the beginning, duration]. */
type Row = readonly [step: string, state: TimelineEventView["state"], afterMs: number, durationMs?: number];

const events = (...rows: Row[]): TimelineEventView[] =>
  rows.map(([step, state, afterMs, durationMs], index) => ({
    seq: index + 1,
    instanceId: "ins_1",
    at: new Date(beganAtMs + afterMs).toISOString(),
    step,
    state,
    title: `${step} ${state}`,
    detail: null,
    durationMs: durationMs ?? null,
  }));

const short = (list: readonly TimelineEventView[]) =>
  timelineSteps(list).map(({ step, state, durationMs }) => [step, state, durationMs]);

const launch: Row[] = [
  ["requested", "done", 0, 0],
  ["launching", "started", 100],
  ["launching", "done", 900, 800],
  ["booting", "started", 900],
  ["config", "done", 1_200, 40],
  ["booting", "done", 2_500, 1_600],
  ["verifying", "started", 2_500],
  ["verifying", "done", 3_000, 500],
  ["ready", "done", 3_000, 3_000],
];

describe("the timeline", () => {
  it("shows each step once, in the order it began, with the duration that was recorded", () => {
    expect(short(events(...launch))).toEqual([
      ["requested", "done", 0],
      ["launching", "done", 800],
      ["booting", "done", 1_600],
      ["config", "done", 40],
      ["verifying", "done", 500],
      ["ready", "done", 3_000],
    ]);
  });

  it("is the same when events are replayed after a reconnect, in any order", () => {
    const all = events(...launch);
    const replayed = fc.shuffledSubarray([...all, ...all.slice(3)], { minLength: all.length * 2 - 3 });
    fc.assert(
      fc.property(replayed, (list) => {
        const seen = new Set(list.map(({ seq }) => seq));
        expect(timelineSteps(list)).toEqual(timelineSteps(all.filter(({ seq }) => seen.has(seq))));
      }),
    );
  });

  it("runs a step from its start until its end is known", () => {
    expect(timelineSteps(events(["launching", "started", 100]))[0]).toMatchObject({
      state: "running",
      startedAtMs: beganAtMs + 100,
      durationMs: null,
    });
  });

  it("ends a phase when the next one has begun, though nobody said so", () => {
    expect(short(events(["booting", "started", 0], ["enrolling", "started", 700]))).toEqual([
      ["booting", "done", 700],
      ["enrolling", "running", null],
    ]);
  });

  it("keeps a phase running while stages inside it come and go", () => {
    expect(short(events(["booting", "started", 0], ["workspace", "done", 300, 20]))[0]).toEqual([
      "booting",
      "running",
      null,
    ]);
  });

  it("puts the stages of a phase inside it", () => {
    expect(timelineSteps(events(...launch)).map(({ step, inside }) => [step, inside])).toContainEqual(["config", true]);
    expect(timelineSteps(events(...launch)).filter(({ inside }) => inside)).toHaveLength(1);
  });

  it("shows a failed attempt and the next one as two steps", () => {
    const list = events(["launching", "started", 0], ["launching", "failed", 50, 50], ["launching", "started", 90]);
    expect(short(list)).toEqual([
      ["launching", "failed", 50],
      ["launching", "running", null],
    ]);
  });

  it("adds notes to the step they are about", () => {
    const list = events(["booting", "started", 0], ["booting", "info", 10], ["sweep", "info", 20]);
    expect(timelineSteps(list).map(({ step, state, notes }) => [step, state, notes.length])).toEqual([
      ["booting", "running", 1],
      ["sweep", "info", 0],
    ]);
  });
});

describe("the clock of a set-up", () => {
  it("runs from the request until ready", () => {
    const rows = launch.slice(0, 4);
    expect(setUpClock(timelineSteps(events(...rows)))).toEqual({ startedAtMs: beganAtMs, tookMs: null });
    expect(setUpClock(timelineSteps(events(...launch)))).toEqual({ startedAtMs: beganAtMs, tookMs: 3_000 });
  });

  it("starts again with a new attempt", () => {
    const again = events(...launch, ["requested", "done", 60_000, 0]);
    expect(setUpClock(timelineSteps(again))).toEqual({ startedAtMs: beganAtMs + 60_000, tookMs: null });
  });

  it("does not run before anything happened", () => {
    expect(setUpClock([])).toBeUndefined();
  });
});
