import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { scriptedModel } from "../testing/scripted-model.ts";
import { mayRetry, maySwitch, retryDelayMs } from "./retry.ts";

const throttled = fault("MODEL_THROTTLED");

describe("a failed model call", () => {
  it.each([
    ["a throttled first call", { fault: throttled, attempt: 1 }, true],
    ["the fourth attempt", { fault: throttled, attempt: 4 }, false],
    ["refused credentials", { fault: fault("MODEL_AUTH_FAILED"), attempt: 1 }, false],
    ["a full disk", { fault: fault("STORAGE_FAILED"), attempt: 1 }, false],
    ["a wait of ten minutes", { fault: fault("MODEL_THROTTLED", { retryAfterMs: 600_000 }), attempt: 1 }, false],
  ])("%s is repeated or not", (_, attempt, repeated) => {
    expect(mayRetry(attempt)).toBe(repeated);
  });

  it("waits longer each time, by chance, and never less than the provider asked for", () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, throttled, () => 1))).toEqual([1_000, 2_000, 4_000]);
    expect(retryDelayMs(3, throttled, () => 0)).toBe(0);
    expect(retryDelayMs(1, fault("MODEL_THROTTLED", { retryAfterMs: 5_000 }), () => 1)).toBe(5_000);
  });

  it.each([
    ["that is overloaded by any", "MODEL_OVERLOADED", 1_000, true],
    ["whose key is refused by any", "MODEL_AUTH_FAILED", 1_000, true],
    ["that finds the conversation too long by one with a larger window", "MODEL_CONTEXT_TOO_LONG", 2_001, true],
    ["that finds the conversation too long by none with the same window", "MODEL_CONTEXT_TOO_LONG", 2_000, false],
  ] as const)("is replaced, by a model %s", (_, code, contextWindow, replaced) => {
    const { info } = scriptedModel(() => []);
    expect(maySwitch(fault(code), { ...info, contextWindow: 2_000 }, { ...info, contextWindow })).toBe(replaced);
  });
});
