import { describe, expect, it } from "vitest";

import { outputOptions, type ThinkingInput } from "./thinking.ts";

const options = (input: Partial<ThinkingInput>) =>
  outputOptions({
    level: "high",
    style: "budget",
    maxOutputTokens: undefined,
    info: { maxOutputTokens: 64_000, reasoning: true },
    remembersReasoning: true,
    budget: (budgetTokens) => ({ lab: { budgetTokens } }),
    ...input,
  });

describe("the thinking options", () => {
  it("never let budget and answer together pass the model's limit", () => {
    const { maxOutputTokens = 0, providerOptions } = options({ maxOutputTokens: 64_000 });
    expect(providerOptions).toEqual({ lab: { budgetTokens: 16_384 } });
    expect(maxOutputTokens + 16_384).toBe(64_000);
  });

  it("leave thinking out where it would leave no room for an answer", () => {
    expect(options({ info: { maxOutputTokens: 10_000, reasoning: true } })).toEqual({ maxOutputTokens: 10_000 });
  });

  it("leave thinking out for models that do not think and when it is off", () => {
    expect(options({ style: "none" })).toEqual({ maxOutputTokens: 16_384 });
    expect(options({ level: "off" })).toEqual({ maxOutputTokens: 16_384 });
  });

  it("let an adaptive model think also when earlier reasoning is forgotten", () => {
    expect(options({ style: "adaptive", remembersReasoning: false })).toMatchObject({ reasoning: "high" });
  });

  it("let no other model think when the reasoning it would have to repeat is forgotten", () => {
    expect(options({ style: "by-provider", remembersReasoning: false })).toEqual({ maxOutputTokens: 16_384 });
  });
});
