/** Maps a thinking level to what a Bedrock model takes: an effort, or a budget that leaves room for the answer. */

import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";

import type { ThinkingStyle } from "../known-models.ts";
import type { ModelInfo, ThinkingLevel } from "../port.ts";

export interface ThinkingInput {
  readonly level: ThinkingLevel;
  readonly style: ThinkingStyle;
  /** Limit of the visible answer; undefined for the default. */
  readonly maxOutputTokens: number | undefined;
  readonly info: Pick<ModelInfo, "maxOutputTokens">;
  /** Whether the reasoning before the open tool calls can be handed back, which a budget demands. */
  readonly remembersReasoning: boolean;
}

export type OutputOptions = Pick<LanguageModelV4CallOptions, "maxOutputTokens" | "reasoning" | "providerOptions">;

/**
 * Sent when nobody set a limit, because Bedrock takes the full limit from the token quota at the start of a call
 * and the default is the model's maximum.
 */
const DEFAULT_ANSWER_TOKENS = 16_384;
const DEFAULT_THINKING_ANSWER_TOKENS = 32_768;

/** The API's minimum is 1,024 tokens. */
const BUDGET_TOKENS = { low: 2_048, medium: 8_192, high: 16_384 } as const;
const MIN_ANSWER_TOKENS = 1_024;

export const outputOptions = ({
  level,
  style,
  maxOutputTokens,
  info,
  remembersReasoning,
}: ThinkingInput): OutputOptions => {
  const plain = { maxOutputTokens: Math.min(maxOutputTokens ?? DEFAULT_ANSWER_TOKENS, info.maxOutputTokens) };
  if (level === "off" || style === "none") return plain;
  if (style !== "adaptive" && !remembersReasoning) return plain;
  if (style !== "budget") {
    return {
      maxOutputTokens: Math.min(maxOutputTokens ?? DEFAULT_THINKING_ANSWER_TOKENS, info.maxOutputTokens),
      reasoning: level,
    };
  }
  const budgetTokens = BUDGET_TOKENS[level];
  const answerTokens = Math.min(plain.maxOutputTokens, info.maxOutputTokens - budgetTokens); // The SDK adds the budget.
  if (answerTokens < MIN_ANSWER_TOKENS) return plain;
  return {
    maxOutputTokens: answerTokens,
    providerOptions: { amazonBedrock: { reasoningConfig: { type: "enabled", budgetTokens } } },
  };
};
