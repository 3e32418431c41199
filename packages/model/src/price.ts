/** What a call cost: token counts times the price of their kind. */

import type { ModelPrice, Usage } from "./port.ts";

const TOKENS_PER_MTOK = 1_000_000;

/** US dollars, unrounded. */
export const priceOf = (price: ModelPrice, usage: Usage): number =>
  (usage.inputTokens * price.inputUsdPerMTok +
    usage.outputTokens * price.outputUsdPerMTok +
    usage.cacheReadTokens * price.cacheReadUsdPerMTok +
    usage.cacheWriteTokens * price.cacheWriteUsdPerMTok) /
  TOKENS_PER_MTOK;
