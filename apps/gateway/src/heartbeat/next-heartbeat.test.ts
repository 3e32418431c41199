import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { AUDIENCE_MS, MAX_IDLE_MS, nextHeartbeat, type HeartbeatState } from "./next-heartbeat.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-03-02T12:00:00Z");

const state = (change: Partial<HeartbeatState> = {}): HeartbeatState => ({
  settings: { everyMs: 30 * MINUTE, activeHours: { start: "08:00", end: "22:00" }, timeZone: "UTC" },
  switchedOn: true,
  tasks: "a",
  seenAtMs: NOON,
  isBusy: false,
  activeAtMs: 0,
  hasNews: false,
  memory: { atMs: NOON - 30 * MINUTE, tasks: "a", quiet: 0 },
  ...change,
});

describe("a heartbeat", () => {
  it("comes an interval after the one before", () => {
    expect(nextHeartbeat(state(), NOON - 1)).toEqual({ kind: "wait", reason: "not-due", untilMs: NOON });
    expect(nextHeartbeat(state(), NOON)).toEqual({ kind: "beat" });
  });

  it.each([
    ["is switched off", { switchedOn: false }, "disabled"],
    ["has no interval", { settings: { ...state().settings, everyMs: 0 } }, "disabled"],
    ["has no tasks", { tasks: undefined }, "empty-heartbeat-file"],
    ["was never seen by anybody", { seenAtMs: undefined }, "no-audience"],
    ["was not seen for a day", { seenAtMs: NOON - AUDIENCE_MS - 1 }, "no-audience"],
  ] as const)("never comes while it %s", (_name, change, reason) => {
    expect(nextHeartbeat(state(change), NOON)).toEqual({ kind: "off", reason });
  });

  it("waits for the active hours, and says so", () => {
    const night = Date.parse("2026-03-02T23:00:00Z");
    const untilMs = Date.parse("2026-03-03T08:00:00Z");
    const seen = state({ seenAtMs: night });
    expect(nextHeartbeat(seen, night)).toEqual({ kind: "wait", reason: "quiet-hours", untilMs });
    expect(nextHeartbeat({ ...seen, isBusy: true }, untilMs - 1)).toEqual({
      kind: "wait",
      reason: "quiet-hours",
      untilMs,
    });
    expect(nextHeartbeat(seen, untilMs)).toEqual({ kind: "beat" });
  });

  it("does not begin while the session is busy", () => {
    expect(nextHeartbeat(state({ isBusy: true }), NOON)).toMatchObject({ kind: "wait", reason: "requests-in-flight" });
  });

  it("comes less often the longer nothing happens, up to a limit, and as often as ever when something does", () => {
    const intervals = [0, 1, 2, 3, 4, 5, 6, 100].map((quiet) => {
      const memory = { atMs: NOON, tasks: "a", quiet };
      const next = nextHeartbeat(
        state({ memory, settings: { ...state().settings, activeHours: { start: "00:00", end: "00:00" } } }),
        NOON,
      );
      return next.kind === "wait" ? (next.untilMs - NOON) / MINUTE : 0;
    });
    expect(intervals).toEqual([30, 30, 60, 120, 240, 240, 240, 240]);

    const idle = { memory: { atMs: NOON - 60 * MINUTE, tasks: "a", quiet: 9 } };
    expect(nextHeartbeat(state(idle), NOON)).toMatchObject({ kind: "wait", reason: "idle" });
    expect(nextHeartbeat(state({ ...idle, tasks: "b" }), NOON)).toEqual({ kind: "beat" });
    expect(nextHeartbeat(state({ ...idle, activeAtMs: NOON - 1 }), NOON)).toEqual({ kind: "beat" });
    expect(nextHeartbeat(state({ ...idle, hasNews: true }), NOON)).toEqual({ kind: "beat" });
  });

  it("is, in every state, either off, due now, or awaited at a later moment that is no further than a day beyond the limit", () => {
    const anyState = fc.record({
      everyMs: fc.constantFrom(0, 1000, 30 * MINUTE, 86_400_000),
      start: fc.constantFrom("00:00", "08:00", "22:00"),
      end: fc.constantFrom("00:00", "06:00", "22:00"),
      timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe"),
      tasks: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
      isBusy: fc.boolean(),
      hasNews: fc.boolean(),
      quiet: fc.nat(2000),
      sinceMs: fc.integer({ min: 0, max: 10 * 86_400_000 }),
    });
    fc.assert(
      fc.property(anyState, ({ everyMs, start, end, timeZone, quiet, sinceMs, ...rest }) => {
        const settings = { everyMs, activeHours: { start, end }, timeZone };
        const next = nextHeartbeat(
          state({ ...rest, settings, memory: { atMs: NOON - sinceMs, tasks: "a", quiet } }),
          NOON,
        );
        if (next.kind !== "wait") return;
        expect(next.untilMs).toBeGreaterThan(NOON);
        expect(next.untilMs).toBeLessThanOrEqual(NOON + Math.max(everyMs, MAX_IDLE_MS) + 86_400_000 + 7_200_000);
      }),
    );
  });
});
