import { describe, expect, it } from "vitest";

import { createId } from "./ids.ts";

const at = (timeMs: number): Date => new Date(timeMs);

describe("an id", () => {
  it("says what it names", () => {
    expect(createId("agt", at(0))).toMatch(/^agt_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it("sorts by the time it was made, to the millisecond", () => {
    const times = [0, 1, 31, 32, 1_000_000, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, Date.UTC(2200, 0, 1)];
    const ids = times.map((timeMs) => createId("ins", at(timeMs)));
    expect(ids.toSorted()).toEqual(ids);
  });

  it("is unique among many made in the same millisecond", () => {
    const ids = Array.from({ length: 10_000 }, () => createId("org", at(1)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
