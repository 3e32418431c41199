import { describe, expect, it } from "vitest";

import { dayKey, formatAgo, formatDay } from "./moment.ts";

const at = (text: string): number => new Date(text).getTime();
const now = at("2026-11-22T15:30:00");

describe("formatAgo", () => {
  it.each([
    ["2026-11-22T15:29:40", "just now"],
    ["2026-11-22T15:26:00", "4 min ago"],
    ["2026-11-22T12:30:00", "3 h ago"],
    ["2026-11-21T09:00:00", "yesterday"],
    ["2026-11-18T09:00:00", "4 days ago"],
    ["2026-10-12T09:00:00", "12 Oct"],
    ["2024-10-12T09:00:00", "12 Oct 2024"],
  ])("reads %s as %s", (moment, words) => expect(formatAgo(at(moment), now, "en-GB")).toBe(words));

  it("takes a clock that runs ahead for now", () => {
    expect(formatAgo(now + 5_000, now)).toBe("just now");
  });
});

describe("formatDay", () => {
  it.each([
    ["2026-11-22T00:10:00", "Today"],
    ["2026-11-21T23:50:00", "Yesterday"],
    ["2026-11-18T12:00:00", "Wednesday"],
    ["2026-03-02T12:00:00", "2 March"],
    ["2025-03-02T12:00:00", "2 March 2025"],
  ])("reads %s as %s", (moment, words) => expect(formatDay(at(moment), now, "en-GB")).toBe(words));
});

describe("dayKey", () => {
  it("changes at midnight of the reader's zone", () => {
    expect(dayKey(at("2026-11-21T23:59:59"))).not.toBe(dayKey(at("2026-11-22T00:00:00")));
    expect(dayKey(at("2026-11-22T00:00:00"))).toBe(dayKey(now));
  });
});
