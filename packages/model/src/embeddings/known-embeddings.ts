/** What is known about embedding models: their price. */

import type { ModelPrice } from "../port.ts";

/** US dollars for a million tokens, from the pricing pages of Amazon Bedrock and OpenAI. */
const PRICES: readonly (readonly [pattern: RegExp, usdPerMTok: number])[] = [
  [/(?:^|\.)amazon\.titan-embed-text-v2/, 0.02],
  [/(?:^|\.)cohere\.embed-(?:english|multilingual)-v3/, 0.1],
  [/(?:^|\.)cohere\.embed-v4/, 0.12],
  [/^text-embedding-3-small$/, 0.02],
  [/^text-embedding-3-large$/, 0.13],
];

export const embeddingPrice = (modelId: string): ModelPrice | undefined => {
  const known = PRICES.find(([pattern]) => pattern.test(modelId));
  return known && { inputUsdPerMTok: known[1], outputUsdPerMTok: 0, cacheReadUsdPerMTok: 0, cacheWriteUsdPerMTok: 0 };
};
