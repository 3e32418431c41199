import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { firstActive } from "./active-hours.ts";

const DAY = { start: "08:00", end: "22:00" };
const NIGHT = { start: "22:00", end: "06:30" };
const at = (iso: string): number => Date.parse(iso);
const first = (hours: typeof DAY, zone: string, from: string): string =>
  new Date(firstActive(hours, zone, at(from))).toISOString();

const clockOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

describe("the first moment within the active hours", () => {
  it.each([
    ["is now within them", DAY, "UTC", "2026-03-01T12:34:56.789Z", "2026-03-01T12:34:56.789Z"],
    ["is their start before them", DAY, "UTC", "2026-03-01T07:59:59.999Z", "2026-03-01T08:00:00.000Z"],
    ["is tomorrow after them", DAY, "UTC", "2026-03-01T22:00:00.000Z", "2026-03-02T08:00:00.000Z"],
    ["is on the person's clock", DAY, "Asia/Kathmandu", "2026-03-01T00:00:00.000Z", "2026-03-01T02:15:00.000Z"],
    ["is now in a night over midnight", NIGHT, "UTC", "2026-03-01T03:00:00.000Z", "2026-03-01T03:00:00.000Z"],
    [
      "is the evening in a day that is not theirs",
      NIGHT,
      "UTC",
      "2026-03-01T06:30:00.000Z",
      "2026-03-01T22:00:00.000Z",
    ],
    [
      "is an hour sooner when spring begins",
      DAY,
      "Europe/Berlin",
      "2026-03-28T22:00:00.000Z",
      "2026-03-29T06:00:00.000Z",
    ],
    [
      "is an hour later when autumn begins",
      DAY,
      "Europe/Berlin",
      "2026-10-24T20:30:00.000Z",
      "2026-10-25T07:00:00.000Z",
    ],
    [
      "is right after the gap when the start does not exist",
      { start: "02:30", end: "05:00" },
      "Europe/Berlin",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "is always now when start and end are the same",
      { start: "00:00", end: "00:00" },
      "UTC",
      "2026-03-01T03:00:00.000Z",
      "2026-03-01T03:00:00.000Z",
    ],
  ])("%s", (_name, hours, zone, from, expected) => {
    expect(first(hours, zone, from)).toBe(expected);
  });

  it("is active, not earlier than asked for, and nothing before it is active", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Africa/Casablanca",
    ];
    const time = fc.integer({ min: 0, max: 1439 }).map((m) => new Date(m * 60_000).toISOString().slice(11, 16));
    const from = fc.integer({ min: at("2026-01-01T00:00Z"), max: at("2027-01-01T00:00Z") });
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, time, from, (zone, start, end, fromMs) => {
        const clock = clockOf(zone);
        const isActive = (ms: number): boolean => {
          const wall = clock.format(ms);
          if (start === end) return true;
          return start < end ? wall >= start && wall < end : wall >= start || wall < end;
        };
        const found = firstActive({ start, end }, zone, fromMs);
        expect(found).toBeGreaterThanOrEqual(fromMs);
        expect(isActive(found)).toBe(true);
        // Every seventh minute, and the last one, in between.
        for (let ms = fromMs; ms < found; ms += 7 * 60_000) expect(isActive(ms)).toBe(false);
        if (found > fromMs) expect(isActive(found - 1)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
