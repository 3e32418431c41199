import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createCronWorld, type CronWorld } from "../testing/cron-world.ts";
import { newHistory } from "./due-slots.ts";
import type { Job } from "./job.ts";
import { nextSlot, type Schedule } from "./schedule.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const jobOf = (schedule: Schedule, startMs: number, other: Partial<Job> = {}): Job => ({
  id: "job",
  name: "Job",
  agentId: "main",
  enabled: true,
  deleteAfterRun: false,
  createdAtMs: startMs,
  updatedAtMs: startMs,
  schedule,
  sessionTarget: "isolated",
  wakeMode: "now",
  payload: { kind: "agentTurn", message: "work" },
  delivery: { mode: "none" },
  missed: "runOnce",
  missedToleranceMs: MINUTE,
  history: newHistory(startMs),
  last: {},
  consecutiveErrors: 0,
  retryAfterMs: 0,
  ...other,
});

/** Days around the clock changes of each zone. */
const CHANGES = [
  ["America/New_York", Date.UTC(2026, 2, 8)],
  ["America/New_York", Date.UTC(2026, 10, 1)],
  ["Europe/Berlin", Date.UTC(2026, 2, 29)],
  ["Europe/Berlin", Date.UTC(2026, 9, 25)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 4)],
  ["Australia/Lord_Howe", Date.UTC(2026, 9, 3)],
  ["Asia/Kathmandu", Date.UTC(2026, 5, 1)],
] as const;

const scene = fc
  .record({
    change: fc.constantFrom(...CHANGES),
    before: fc.integer({ min: 0, max: 36 * 60 }),
    expr: fc.constantFrom("30 1 * * *", "30 2 * * *", "0 * * * *", "*/20 1-3 * * *", "15 0,2,12 * * *"),
    everyMs: fc.integer({ min: 7, max: 500 }).map((minutes) => minutes * MINUTE),
    isCron: fc.boolean(),
  })
  .map(({ change: [tz, day], before, expr, everyMs, isCron }) => {
    const startMs = day - before * MINUTE;
    const schedule: Schedule = isCron ? { kind: "cron", expr, tz } : { kind: "every", everyMs, anchorMs: startMs };
    return { startMs, schedule };
  });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 9 * HOUR }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("off" as const), ms: fc.integer({ min: 0, max: 30 * HOUR }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("set" as const), ms: fc.constantFrom(-DAY, DAY, -HOUR, HOUR) }),
  },
);

/**
 * What is to happen, in terms of slots alone: while the machine runs each slot as it comes; of those that passed
 * unnoticed the last; none twice; and a clock that was set back has the time from there on before it again.
 */
const createModel = (schedule: Schedule, startMs: number) => {
  const done = new Set<number>();
  let seen = startMs;
  const open = (from: number, until: number): number[] => {
    const slots: number[] = [];
    for (let slot = nextSlot(schedule, from); slot !== undefined && slot <= until; slot = nextSlot(schedule, slot)) {
      if (!done.has(slot)) slots.push(slot);
    }
    return slots;
  };
  return {
    done,
    /** The machine sees this time after it saw nothing. */
    wake: (at: number): void => {
      const latest = at < seen ? undefined : open(seen, at).at(-1);
      if (latest !== undefined) done.add(latest);
      seen = at;
    },
    /** The clock was set back: it runs since then. */
    back: (since: number): void => {
      seen = since;
    },
    run: (until: number): void => {
      for (const slot of open(seen, until)) done.add(slot);
      seen = until;
    },
  };
};

const slotsRun = (world: CronWorld): number[] => world.executed.map(({ slotMs }) => slotMs).toSorted((a, b) => a - b);

describe("a job over restarts, days off, clocks set a day back and forth, and clock changes of its zone", () => {
  it("runs exactly the slots it should, each once, never early", async () => {
    await fc.assert(
      fc.asyncProperty(scene, fc.array(step, { maxLength: 12 }), async ({ startMs, schedule }, steps) => {
        const world = createCronWorld({ startMs, jobs: [jobOf(schedule, startMs)] });
        const model = createModel(schedule, startMs);
        await world.boot();
        for (const { kind, ms } of steps) {
          if (kind === "off") {
            world.kill();
            world.shift(ms);
            await world.boot();
            model.wake(world.wall());
          } else if (kind === "set") {
            world.shift(ms);
            const since = world.wall();
            // A sleeping process notices within its longest step.
            const slept = world.untilTimer();
            if (ms < 0) {
              model.back(since);
              await world.pass(slept);
            } else await world.pass(slept);
            model.wake(world.wall());
          } else {
            await world.pass(ms);
            model.run(world.wall());
          }
        }
        expect(slotsRun(world)).toEqual([...model.done].toSorted((a, b) => a - b));
        for (const { atMs, slotMs } of world.executed) expect(atMs).toBeGreaterThanOrEqual(slotMs);
      }),
      { numRuns: 40 },
    );
  });

  it("loses no slot and runs none twice when the process dies at any call of its storage", async () => {
    const death = fc.record({
      call: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom("before" as const, "after" as const),
    });
    await fc.assert(
      fc.asyncProperty(scene, fc.array(death, { maxLength: 10 }), async ({ startMs, schedule }, deaths) => {
        const world = createCronWorld({ startMs, jobs: [jobOf(schedule, startMs)] });
        await world.boot();
        for (const { call, when } of deaths) {
          world.dieAt(call, when);
          for (let minute = 0; minute < 6 * 60 && world.alive(); minute++) await world.pass(MINUTE);
          // Back at once: no slot passes unnoticed.
          while (!world.alive()) await world.boot();
        }
        world.dieAt(Infinity, "before");
        await world.pass(DAY);
        const expected: number[] = [];
        for (
          let slot = nextSlot(schedule, startMs);
          slot !== undefined && slot <= world.wall();
          slot = nextSlot(schedule, slot)
        ) {
          expected.push(slot);
        }
        expect(slotsRun(world)).toEqual(expected);
        expect(new Set(world.executed.map(({ runId }) => runId)).size).toBe(world.executed.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a scheduler", () => {
  const start = Date.UTC(2026, 0, 1);
  const hourly: Schedule = { kind: "every", everyMs: HOUR, anchorMs: start };

  it("has no timer without jobs and never sleeps longer than a minute with one", async () => {
    const idle = createCronWorld({ startMs: start, jobs: [] });
    await idle.boot();
    expect(idle.untilTimer()).toBe(Infinity);
    const busy = createCronWorld({ startMs: start, jobs: [jobOf(hourly, start)] });
    await busy.boot();
    expect(busy.untilTimer()).toBe(MINUTE);
  });

  it("passes over slots that are later than the tolerance when a job asks for that", async () => {
    const world = createCronWorld({ startMs: start, jobs: [jobOf(hourly, start, { missed: "skip" })] });
    await world.boot();
    world.kill();
    world.shift(3 * HOUR + 2 * MINUTE);
    await world.boot();
    expect(slotsRun(world)).toEqual([]);
    world.kill();
    world.shift(58 * MINUTE + 30_000);
    await world.boot();
    expect(slotsRun(world)).toEqual([start + 4 * HOUR]);
  });

  it("keeps no more runs going than it may and gives every claimed slot its turn", async () => {
    const gates: (() => void)[] = [];
    let most = 0;
    let going = 0;
    const jobs = ["a", "b", "c"].map((id) => jobOf(hourly, start, { id }));
    const world = createCronWorld({
      startMs: start,
      jobs,
      maxConcurrentRuns: 2,
      run: async () => {
        most = Math.max(most, ++going);
        await new Promise<void>((resolve) => gates.push(resolve));
        going--;
        return { status: "ok", costUsd: 0, sessionKey: "cron:x", deliveryStatus: "not-requested" };
      },
    });
    await world.boot();
    await world.pass(HOUR);
    expect({ going, waiting: [...world.jobs().values()].filter(({ claim }) => claim).length }).toEqual({
      going: 2,
      waiting: 3,
    });
    for (let opened = 0; opened < 3; opened++) {
      gates.shift()?.();
      await world.pass(0);
    }
    expect({ most, going, done: [...world.jobs().values()].every(({ last }) => last.status === "ok") }).toEqual({
      most: 2,
      going: 0,
      done: true,
    });
  });

  it("waits longer after each failure, shows it, and is as before after a success", async () => {
    let fails = true;
    const times: number[] = [];
    const minutely: Schedule = { kind: "every", everyMs: MINUTE, anchorMs: start };
    const world = createCronWorld({
      startMs: start,
      jobs: [jobOf(minutely, start)],
      run: async (_job, { slotMs }) => {
        times.push((slotMs - start) / MINUTE);
        if (fails) throw new Error("no model");
        return { status: "ok", costUsd: 0, sessionKey: "cron:x", deliveryStatus: "not-requested" };
      },
    });
    await world.boot();
    await world.pass(30 * MINUTE);
    expect(times).toEqual([1, 2, 4, 10, 26]);
    expect(world.jobs().get("job")).toMatchObject({ consecutiveErrors: 5, last: { status: "error" } });
    fails = false;
    await world.pass(61 * MINUTE);
    expect(world.jobs().get("job")).toMatchObject({ consecutiveErrors: 0, last: { status: "ok" } });
  });

  it.each([
    [true, undefined],
    [false, { enabled: false, last: { status: "ok" } }],
  ])("runs a single time once; deleteAfterRun %s", async (deleteAfterRun, left) => {
    const job = jobOf({ kind: "at", atMs: start + HOUR }, start, { deleteAfterRun });
    const world = createCronWorld({ startMs: start, jobs: [job] });
    await world.boot();
    await world.pass(DAY);
    expect(slotsRun(world)).toEqual([start + HOUR]);
    if (left) expect(world.jobs().get("job")).toMatchObject(left);
    else expect(world.jobs().size).toBe(0);
    expect(world.untilTimer()).toBe(Infinity);
  });
});
