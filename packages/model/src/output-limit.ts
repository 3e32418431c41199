/** How many tokens a call may answer: what is asked for, with room for thinking, within what the model can do. */

import type { ModelInfo, ModelRequest, ThinkingLevel } from "./port.ts";

/**
 * Sent when nobody set a limit, because Bedrock takes the full limit from the token quota at the start of a call and
 * the model's own maximum would be reserved against every spending limit.
 */
const DEFAULT_ANSWER_TOKENS = 16_384;

/** Tokens for thinking alone, on top of the answer. The API's minimum is 1,024. */
export const THINKING_TOKENS: Readonly<Record<ThinkingLevel, number>> = {
  off: 0,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
};

/** The most tokens a call of this model can be billed for as output, thinking included. */
export const outputLimit = (
  info: Pick<ModelInfo, "maxOutputTokens" | "reasoning">,
  { maxOutputTokens, thinking = "off" }: Pick<ModelRequest, "maxOutputTokens" | "thinking">,
): number =>
  Math.min(
    info.maxOutputTokens,
    (maxOutputTokens ?? DEFAULT_ANSWER_TOKENS) + (info.reasoning ? THINKING_TOKENS[thinking] : 0),
  );
