/** How a model's window is divided between what it is told and what it answers. */

import { outputLimit, type ModelInfo, type ThinkingLevel } from "@skykoi/model";

export interface Budget {
  /** Tokens of a whole request: prompt, tools and messages. */
  readonly inputTokens: number;
  /** Left out: the model's usual limit fits. */
  readonly maxOutputTokens?: number;
  readonly thinking: ThinkingLevel;
}

/** A longer answer than this part of the window leaves too little for the conversation. */
const MAX_ANSWER_SHARE = 1 / 3;
const SMALL_ANSWER_SHARE = 1 / 4;

/** Above this part of the budget the outputs of tools that lie back are trimmed. */
export const TRIM_SHARE = 0.5;
/** The newest part of the budget, which is never trimmed. */
export const UNTRIMMED_SHARE = 0.25;
/** Above this part of the budget the conversation is compacted: a summary must still fit beside it. */
export const COMPACT_SHARE = 0.8;
/** The newest part of the budget, which a compaction keeps word for word. */
export const KEPT_SHARE = 0.2;

/** `scale`: the part of the stated window that is believed in, below 1 after a provider found a request too long. */
export const budgetOf = (
  info: Pick<ModelInfo, "contextWindow" | "maxOutputTokens" | "reasoning">,
  thinking: ThinkingLevel,
  scale = 1,
): Budget => {
  const window = Math.floor(info.contextWindow * scale);
  const usual = outputLimit(info, { thinking });
  if (usual <= window * MAX_ANSWER_SHARE) return { inputTokens: window - usual, thinking };
  const maxOutputTokens = Math.max(1, Math.min(info.maxOutputTokens, Math.floor(window * SMALL_ANSWER_SHARE)));
  return { inputTokens: window - maxOutputTokens, maxOutputTokens, thinking: "off" };
};
