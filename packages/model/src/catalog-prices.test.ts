import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createModelCatalog } from "./catalog.ts";
import type { ModelCatalogOptions } from "./port.ts";

const catalog = (options: Partial<ModelCatalogOptions> = {}) =>
  createModelCatalog({ providers: {}, prices: {}, env: {}, ...options });

const LAB = {
  api: "openai-completions",
  baseUrl: "http://127.0.0.1:9/v1",
  models: [{ id: "tiny" }],
} as const;

describe("the prices of the catalogue", () => {
  it("prices each kind of token for itself and unknown models at nothing", () => {
    const prices = {
      "lab/tiny": { inputUsdPerMTok: 5, outputUsdPerMTok: 25, cacheReadUsdPerMTok: 0.5, cacheWriteUsdPerMTok: 6.25 },
    };
    const usage = { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 10_000, cacheWriteTokens: 400 };
    expect(catalog({ prices }).costUsd("lab/tiny", usage)).toBeCloseTo(0.005 + 0.0025 + 0.005 + 0.0025, 12);
    expect(catalog({ prices }).costUsd("lab/other", usage)).toBe(0);
    expect(catalog({ prices }).costUsd("constructor", usage)).toBe(0);
  });

  it("knows the published prices, dearer for a profile bound to a geography, and lets configured ones win", () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const price = { inputUsdPerMTok: 7, outputUsdPerMTok: 0, cacheReadUsdPerMTok: 0, cacheWriteUsdPerMTok: 0 };
    const ref = "amazon-bedrock/global.anthropic.claude-opus-4-6-v1";
    expect(catalog().costUsd(ref, usage)).toBe(5);
    expect(catalog().costUsd("amazon-bedrock/us.anthropic.claude-opus-4-6-v1", usage)).toBeCloseTo(5.5, 9);
    expect(catalog().costUsd("anthropic/claude-sonnet-4-5-20250929", usage)).toBe(3);
    expect(catalog().costUsd("openai/gpt-5.1-2025-11-13", usage)).toBe(1.25);
    expect(catalog({ prices: { [ref]: price } }).costUsd(ref, usage)).toBe(7);
    const lab = { api: "openai-completions", baseUrl: LAB.baseUrl } as const;
    expect(catalog({ providers: { lab } }).costUsd("lab/gpt-5.1", usage)).toBe(0);
  });

  it("says the most a call may cost: all input at the dearest rate, or that it has no price", () => {
    const call = { inputTokens: 1_000_000, maxOutputTokens: 100_000 };
    expect(catalog().worstCaseUsd("anthropic/claude-opus-4-6", call)).toEqual({ usd: 6.25 + 2.5, hasPrice: true });
    expect(catalog({ providers: { lab: LAB } }).worstCaseUsd("lab/tiny", call)).toEqual({ usd: 0, hasPrice: false });
    expect(catalog().worstCaseUsd("demo", call)).toEqual({ usd: 0, hasPrice: true });
  });

  it("never bills more than the worst case", () => {
    const tokens = fc.nat({ max: 300_000 });
    const usages = fc.record({
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens: tokens,
    });
    const refs = fc.constantFrom(
      ...catalog()
        .list()
        .map(({ ref }) => ref),
    );
    fc.assert(
      fc.property(refs, usages, (ref, usage) => {
        const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
        const input = inputTokens + cacheReadTokens + cacheWriteTokens;
        const most = catalog().worstCaseUsd(ref, { inputTokens: input, maxOutputTokens: outputTokens });
        expect(catalog().costUsd(ref, usage)).toBeLessThanOrEqual(most.usd + 1e-9);
      }),
    );
  });
});

describe("an alias", () => {
  it.each([
    ["opus", {}, "amazon-bedrock/us.anthropic.claude-opus-4-6-v1"],
    ["haiku", { AWS_REGION: "eu-west-1" }, "amazon-bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0"],
    ["sonnet", { ANTHROPIC_API_KEY: "k" }, "anthropic/claude-sonnet-4-6"],
    ["sonnet", { ANTHROPIC_API_KEY: "k", AWS_PROFILE: "work" }, "amazon-bedrock/us.anthropic.claude-sonnet-4-6"],
    ["demo", {}, "offline/demo"],
    ["lab/some", {}, "lab/some"],
  ])("resolves %s with %j to %s", (alias, env, ref) => {
    expect(catalog({ env }).resolveRef(alias)).toBe(ref);
  });

  it("takes aliases from the configuration and names them all when one is unknown", async () => {
    const mine = catalog({ aliases: { fast: "offline/demo", opus: "lab/tiny" }, providers: { lab: LAB } });
    expect((await mine.resolve("fast")).info.ref).toBe("offline/demo");
    expect(mine.resolveRef("opus")).toBe("lab/tiny");
    expect(() => mine.resolveRef("slow")).toThrow(/one of: .*fast/);
  });
});
