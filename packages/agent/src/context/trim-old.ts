/**
 * Trims what lies back in a conversation. The horizon moves in large steps that depend only on what came before them,
 * so that from call to call the beginning of a request stays the same, byte for byte, and is read from the cache.
 */

import type { ModelMessage } from "@skykoi/model";

import { TRIM_SHARE, UNTRIMMED_SHARE } from "./budget.ts";
import { messageTokens, trimMessage } from "./message-size.ts";

/** A step that saves less than this part of the budget is not worth writing the cache again. */
const MIN_SAVED_SHARE = 0.15;

export const trimOld = (messages: readonly ModelMessage[], budgetTokens: number): readonly ModelMessage[] => {
  const trimmed = messages.map(trimMessage);
  const horizon = horizonOf(
    messages.map((message, index) => {
      const full = messageTokens(message);
      const short = trimmed[index];
      return { full, short: short === undefined ? full : Math.min(full, messageTokens(short)) };
    }),
    budgetTokens,
  );
  return messages.map((message, index) => (index < horizon ? (trimmed[index] ?? message) : message));
};

/** Goes through the conversation as it grew. */
const horizonOf = (
  sizes: readonly { readonly full: number; readonly short: number }[],
  budgetTokens: number,
): number => {
  let horizon = 0;
  let total = 0;
  /** Messages from `start` on are new enough. */
  let start = 0;
  let tail = 0;
  let saving = 0;
  for (const { full } of sizes) {
    total += full;
    tail += full;
    for (;;) {
      const oldest = sizes[start];
      if (!oldest || tail - oldest.full < budgetTokens * UNTRIMMED_SHARE) break;
      tail -= oldest.full;
      saving += oldest.full - oldest.short;
      start++;
    }
    if (total <= budgetTokens * TRIM_SHARE || saving < budgetTokens * MIN_SAVED_SHARE) continue;
    horizon = start;
    total -= saving;
    saving = 0;
  }
  return horizon;
};
