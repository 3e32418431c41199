import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { resetPolicyOf, shouldReset, type ResetPolicy } from "./reset-policy.ts";

const daily: ResetPolicy = { mode: "daily", atHour: 4, idleMinutes: 0 };
const idle: ResetPolicy = { mode: "idle", atHour: 4, idleMinutes: 60 };
const at = (text: string): number => Date.parse(text);
const resets = (last: string, now: string, policy: ResetPolicy, zone: string): boolean =>
  shouldReset({ createdAt: 0, lastInteractionAt: at(last) }, policy, at(now), zone);

describe("the daily reset", () => {
  it("comes at the hour of the person's zone", () => {
    expect(resets("2026-03-02T02:50:00Z", "2026-03-02T02:59:59Z", daily, "Europe/Berlin")).toBe(false);
    expect(resets("2026-03-02T02:59:59Z", "2026-03-02T03:00:00Z", daily, "Europe/Berlin")).toBe(true);
    expect(resets("2026-03-02T02:59:59Z", "2026-03-02T03:00:00Z", daily, "UTC")).toBe(false);
  });

  it("keeps to the hour when the clocks change, also to one that does not exist that day", () => {
    // In Berlin 02:00 becomes 03:00 on March 29 and 03:00 becomes 02:00 on October 25, 2026.
    expect(resets("2026-03-29T01:59:59Z", "2026-03-29T02:00:00Z", daily, "Europe/Berlin")).toBe(true);
    expect(resets("2026-10-25T02:00:00Z", "2026-10-25T02:59:59Z", daily, "Europe/Berlin")).toBe(false);
    expect(resets("2026-10-25T02:59:59Z", "2026-10-25T03:00:00Z", daily, "Europe/Berlin")).toBe(true);
    const atTwo = { ...daily, atHour: 2 };
    expect(resets("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", atTwo, "Europe/Berlin")).toBe(true);
    // The repeated hour is no second reset.
    expect(resets("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", atTwo, "Europe/Berlin")).toBe(false);
  });

  it("happens at most once for a message, at any time and in any zone", () => {
    const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"];
    const moment = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 23 }), fc.constantFrom(...zones), (now, atHour, zone) => {
        const policy = { ...daily, atHour };
        expect(shouldReset({ createdAt: now }, policy, now, zone)).toBe(false);
        // Two days later it is due, whatever the clocks did.
        expect(shouldReset({ createdAt: now }, policy, now + 49 * 3_600_000, zone)).toBe(true);
      }),
    );
  });

  it("also comes earlier, after the pause", () => {
    const both = { ...daily, idleMinutes: 30 };
    expect(resets("2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z", both, "UTC")).toBe(false);
    expect(resets("2026-03-02T10:00:00Z", "2026-03-02T10:31:00Z", both, "UTC")).toBe(true);
  });
});

describe("the idle reset", () => {
  it("slides with every message and answer, and knows no day", () => {
    expect(resets("2026-03-02T03:30:00Z", "2026-03-02T04:30:00Z", idle, "UTC")).toBe(false);
    expect(resets("2026-03-02T03:30:00Z", "2026-03-02T04:30:01Z", idle, "UTC")).toBe(true);
    expect(resets("2026-03-02T03:30:00Z", "2027-03-02T04:30:01Z", { ...idle, idleMinutes: 0 }, "UTC")).toBe(false);
    expect(resets("2020-03-02T03:30:00Z", "2027-03-02T04:30:01Z", { ...daily, mode: "off" }, "UTC")).toBe(false);
  });
});

describe("the policy of a session", () => {
  const session = {
    reset: daily,
    resetByType: { group: { mode: "idle" as const, idleMinutes: 10 } },
    resetByChannel: { telegram: { idleMinutes: 99 } },
  };

  it("is the general one, changed by its type, changed by its channel", () => {
    expect(resetPolicyOf({ key: "agent:main:main", channel: "webchat" }, session)).toEqual(daily);
    expect(resetPolicyOf({ key: "agent:main:slack:group:1", channel: "slack" }, session)).toEqual({
      mode: "idle",
      atHour: 4,
      idleMinutes: 10,
    });
    expect(resetPolicyOf({ key: "agent:main:telegram:group:1", channel: "telegram" }, session)).toEqual({
      mode: "idle",
      atHour: 4,
      idleMinutes: 99,
    });
  });

  it("is none for jobs, hooks and sub-agents", () => {
    for (const key of ["cron:a", "hook:a", "agent:main:subagent:a"]) {
      expect(resetPolicyOf({ key, channel: "x" }, session)).toBeUndefined();
    }
  });
});
