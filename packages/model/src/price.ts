/** What a call cost, and what it may cost at most: token counts times the price of their kind. */

import type { ModelPrice, Usage } from "./port.ts";

const TOKENS_PER_MTOK = 1_000_000;

/** US dollars, unrounded. */
export const priceOf = (price: ModelPrice, usage: Usage): number =>
  (usage.inputTokens * price.inputUsdPerMTok +
    usage.outputTokens * price.outputUsdPerMTok +
    usage.cacheReadTokens * price.cacheReadUsdPerMTok +
    usage.cacheWriteTokens * price.cacheWriteUsdPerMTok) /
  TOKENS_PER_MTOK;

/** US dollars, when every input token is of the dearest kind. */
export const dearestPriceOf = (
  price: ModelPrice,
  { inputTokens, maxOutputTokens }: { readonly inputTokens: number; readonly maxOutputTokens: number },
): number => {
  const dearestInput = Math.max(price.inputUsdPerMTok, price.cacheReadUsdPerMTok, price.cacheWriteUsdPerMTok);
  return (inputTokens * dearestInput + maxOutputTokens * price.outputUsdPerMTok) / TOKENS_PER_MTOK;
};
