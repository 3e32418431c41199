/** Maps a thinking level to what a model takes: an effort, or a budget that leaves room for the answer. */

import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";

import type { ThinkingStyle } from "../known-model.ts";
import { outputLimit, THINKING_TOKENS } from "../output-limit.ts";
import type { ModelInfo, ThinkingLevel } from "../port.ts";

export interface ThinkingInput {
  readonly level: ThinkingLevel;
  readonly style: ThinkingStyle;
  /** Limit of the visible answer; undefined for the default. */
  readonly maxOutputTokens: number | undefined;
  readonly info: Pick<ModelInfo, "maxOutputTokens" | "reasoning">;
  /** Whether the reasoning before the open tool calls can be handed back, which a budget demands. */
  readonly remembersReasoning: boolean;
  /** How the provider takes a budget. */
  readonly budget: (tokens: number) => NonNullable<LanguageModelV4CallOptions["providerOptions"]>;
}

export type OutputOptions = Pick<LanguageModelV4CallOptions, "maxOutputTokens" | "reasoning" | "providerOptions">;

const MIN_ANSWER_TOKENS = 1_024;

/** Never more tokens in all than `outputLimit` says. */
export const outputOptions = (input: ThinkingInput): OutputOptions => {
  const { level, style, maxOutputTokens, info, remembersReasoning, budget } = input;
  const limit = (thinking: ThinkingLevel): number =>
    outputLimit(info, { thinking, ...(maxOutputTokens !== undefined && { maxOutputTokens }) });
  const plain = { maxOutputTokens: limit("off") };
  if (level === "off" || style === "none") return plain;
  if (style !== "adaptive" && !remembersReasoning) return plain;
  if (style !== "budget") return { maxOutputTokens: limit(level), reasoning: level };
  const answerTokens = limit(level) - THINKING_TOKENS[level]; // The SDK adds the budget.
  if (answerTokens < MIN_ANSWER_TOKENS) return plain;
  return { maxOutputTokens: answerTokens, providerOptions: budget(THINKING_TOKENS[level]) };
};
