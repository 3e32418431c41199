import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkCron, lastSlot, nextSlot, type Schedule } from "./schedule.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"];

/** Years with every clock change of the zones; whole minutes. */
const moment = fc
  .integer({ min: Date.UTC(2025, 0, 1) / MINUTE, max: Date.UTC(2028, 0, 1) / MINUTE })
  .map((m) => m * MINUTE);
const minuteOf = (hour: number, minute: number): string => `${minute} ${hour} * * *`;

/** Not our code, not the library's: what a clock on the wall shows. */
const wallClocks = new Map(
  ZONES.map((timeZone) => {
    const options = { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" } as const;
    return [timeZone, new Intl.DateTimeFormat("sv-SE", { ...options, hour: "2-digit", minute: "2-digit" })] as const;
  }),
);
const wall = (zone: string, at: number): { readonly date: string; readonly time: string } => {
  const [date = "", time = ""] = (wallClocks.get(zone)?.format(at) ?? "").split(" ");
  return { date, time };
};

const slotsBetween = (schedule: Schedule, from: number, until: number): number[] => {
  const slots: number[] = [];
  for (let slot = nextSlot(schedule, from); slot !== undefined && slot <= until; slot = nextSlot(schedule, slot)) {
    slots.push(slot);
  }
  return slots;
};

describe.each(ZONES)("a daily time in %s", (tz) => {
  it("is due exactly once on every day, at its time or, where that does not exist, right after the gap", () => {
    fc.assert(
      fc.property(moment, fc.nat(23), fc.nat(59), (start, hour, minute) => {
        const schedule: Schedule = { kind: "cron", expr: minuteOf(hour, minute), tz };
        const from = wall(tz, start).date;
        const slots = slotsBetween(schedule, start, start + 20 * DAY);
        const dates = slots.map((slot) => wall(tz, slot).date);
        expect(new Set(dates).size).toBe(dates.length);
        for (let day = 1; day < 19; day++) {
          // Noon is on the same date for every way to count a day around a clock change.
          const date = new Date(Date.parse(`${from}T12:00Z`) + day * DAY).toISOString().slice(0, 10);
          expect(dates).toContain(date);
        }
        const wanted = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
        for (const slot of slots) {
          const { time } = wall(tz, slot);
          if (time === wanted) continue;
          expect(time > wanted).toBe(true);
          expect(wall(tz, slot - MINUTE).time < wanted).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("a pattern of every quarter hour is due whenever the clock on the wall shows one", () => {
    fc.assert(
      fc.property(moment, (start) => {
        const slots = slotsBetween({ kind: "cron", expr: "*/15 * * * *", tz }, start, start + DAY);
        const expected: number[] = [];
        for (let at = start + MINUTE; at <= start + DAY; at += MINUTE) {
          if (/:(?:00|15|30|45)$/.test(wall(tz, at).time)) expected.push(at);
        }
        expect(slots).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});

it("the last slot of an interval is the one that walking forwards ends at", () => {
  const anySchedule = fc.oneof(
    fc
      .constantFrom("17 3 * * *", "*/7 2-4 * * *", "0 9 * * 1-5", "30 1 1 * *")
      .chain((expr) => fc.constantFrom(...ZONES).map((tz): Schedule => ({ kind: "cron", expr, tz }))),
    fc
      .record({ everyMs: fc.integer({ min: 60_000, max: DAY }), anchorMs: moment })
      .map((every): Schedule => ({ kind: "every", ...every })),
    moment.map((atMs): Schedule => ({ kind: "at", atMs })),
  );
  fc.assert(
    fc.property(anySchedule, moment, fc.integer({ min: 0, max: 3 * DAY }), (schedule, from, lengthMs) => {
      expect(lastSlot(schedule, from, from + lengthMs)).toBe(slotsBetween(schedule, from, from + lengthMs).at(-1));
    }),
    { numRuns: 150 },
  );
});

it.each([
  ["61 * * * *", "UTC", /not a cron expression/],
  ["0 0 30 2 *", "UTC", /never comes/],
  ["0 8 * * *", "Mars/Base", /not a time zone/],
])("refuses %s in %s and says why", (expr, tz, expected) => {
  expect(() => checkCron(expr, tz)).toThrow(expected);
});
