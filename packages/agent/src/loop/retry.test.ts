import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { mayRetry, retryDelayMs } from "./retry.ts";

const throttled = fault("MODEL_THROTTLED");

describe("a failed model call", () => {
  it.each([
    ["a throttled first call", { fault: throttled, attempt: 1, streamed: false }, true],
    ["the fourth attempt", { fault: throttled, attempt: 4, streamed: false }, false],
    ["an answer that was already being read", { fault: throttled, attempt: 1, streamed: true }, false],
    ["refused credentials", { fault: fault("MODEL_AUTH_FAILED"), attempt: 1, streamed: false }, false],
    ["a full disk", { fault: fault("STORAGE_FAILED"), attempt: 1, streamed: false }, false],
    [
      "a wait of ten minutes",
      { fault: fault("MODEL_THROTTLED", { retryAfterMs: 600_000 }), attempt: 1, streamed: false },
      false,
    ],
  ])("%s is repeated or not", (_, attempt, repeated) => {
    expect(mayRetry(attempt)).toBe(repeated);
  });

  it("waits longer each time, by chance, and never less than the provider asked for", () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, throttled, () => 1))).toEqual([1_000, 2_000, 4_000]);
    expect(retryDelayMs(3, throttled, () => 0)).toBe(0);
    expect(retryDelayMs(1, fault("MODEL_THROTTLED", { retryAfterMs: 5_000 }), () => 1)).toBe(5_000);
  });
});
