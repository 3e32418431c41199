/** What is known about OpenAI's own models; other OpenAI-compatible servers describe theirs in the configuration. */

import type { KnownModel } from "./known-model.ts";

const gpt = (
  family: string,
  name: string,
  [input, cacheRead, output]: readonly [number, number, number],
  limits: Partial<Pick<KnownModel, "contextWindow" | "maxOutputTokens" | "thinking">> = {},
): KnownModel => ({
  family,
  name,
  contextWindow: 272_000,
  maxOutputTokens: 128_000,
  thinking: "adaptive",
  images: true,
  ...limits,
  // Writing to the cache is not billed apart.
  price: {
    inputUsdPerMTok: input,
    outputUsdPerMTok: output,
    cacheReadUsdPerMTok: cacheRead,
    cacheWriteUsdPerMTok: input,
  },
});

/** US dollars for a million tokens of input, cached input and output, from OpenAI's pricing page. */
export const KNOWN_OPENAI_MODELS: readonly KnownModel[] = [
  gpt("gpt-5.4", "GPT-5.4", [2.5, 0.25, 15]),
  gpt("gpt-5.4-mini", "GPT-5.4 mini", [0.75, 0.075, 4.5]),
  gpt("gpt-5.2", "GPT-5.2", [1.75, 0.175, 14]),
  gpt("gpt-5.1", "GPT-5.1", [1.25, 0.125, 10]),
  gpt("gpt-5", "GPT-5", [1.25, 0.125, 10]),
  gpt("gpt-5-mini", "GPT-5 mini", [0.25, 0.025, 2]),
  gpt("gpt-5-nano", "GPT-5 nano", [0.05, 0.005, 0.4]),
  gpt("gpt-4.1", "GPT-4.1", [2, 0.5, 8], { contextWindow: 1_047_576, maxOutputTokens: 32_768, thinking: "none" }),
  gpt("gpt-4.1-mini", "GPT-4.1 mini", [0.4, 0.1, 1.6], {
    contextWindow: 1_047_576,
    maxOutputTokens: 32_768,
    thinking: "none",
  }),
  gpt("gpt-4o", "GPT-4o", [2.5, 1.25, 10], { contextWindow: 128_000, maxOutputTokens: 16_384, thinking: "none" }),
  gpt("gpt-4o-mini", "GPT-4o mini", [0.15, 0.075, 0.6], {
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    thinking: "none",
  }),
];
