import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatDuration, formatTicking } from "./duration.ts";

describe("formatDuration", () => {
  it.each([
    [-5, "0 ms"],
    [84, "84 ms"],
    [1_430, "1.4 s"],
    [9_999, "9.9 s"],
    [12_900, "12 s"],
    [65_000, "1 m 05 s"],
    [7_380_000, "2 h 03 m"],
  ])("reads %i ms as %s", (durationMs, words) => expect(formatDuration(durationMs)).toBe(words));

  it("never says sixty of anything", () => {
    fc.assert(fc.property(fc.nat(10_000_000), (durationMs) => !/\b60\b (s|m)/.test(formatDuration(durationMs))));
  });
});

describe("formatTicking", () => {
  it("counts tenths from the start, so that a clock is seen to run", () => {
    expect([0, 340, 1_200].map(formatTicking)).toEqual(["0.0 s", "0.3 s", "1.2 s"]);
  });
});
