/**
 * Remembers the signed reasoning that led to tool calls, so that the next call of the same turn can hand it back:
 * models with a thinking budget refuse tool results without it, and all of them answer better with it.
 */

import type { LanguageModelV4ReasoningPart, LanguageModelV4StreamPart } from "@ai-sdk/provider";

import type { ModelToolCall } from "../port.ts";

export interface ReasoningMemory {
  /** Collects the parts of one answer; `keep` stores what was collected under the answer's first tool call. */
  listen(): { readonly hear: (part: LanguageModelV4StreamPart) => void; readonly keep: (toolCallId: string) => void };
  before(toolCalls: readonly ModelToolCall[]): readonly LanguageModelV4ReasoningPart[];
}

/** Enough for the turns of several sessions at once; what is forgotten is only not handed back. */
const MAX_ANSWERS = 256;

export const createReasoningMemory = (): ReasoningMemory => {
  const answers = new Map<string, readonly LanguageModelV4ReasoningPart[]>();

  const keep = (toolCallId: string, parts: readonly LanguageModelV4ReasoningPart[]): void => {
    if (parts.length === 0) return;
    answers.delete(toolCallId);
    answers.set(toolCallId, parts);
    for (const oldest of answers.keys()) {
      if (answers.size <= MAX_ANSWERS) break;
      answers.delete(oldest);
    }
  };

  return {
    listen: () => {
      const parts = new Map<string, LanguageModelV4ReasoningPart>();
      return {
        hear: (part) => {
          if (part.type !== "reasoning-delta" && part.type !== "reasoning-end") return;
          const present = parts.get(part.id);
          const providerOptions = part.providerMetadata ?? present?.providerOptions;
          parts.set(part.id, {
            type: "reasoning",
            text: (present?.text ?? "") + (part.type === "reasoning-delta" ? part.delta : ""),
            ...(providerOptions && { providerOptions }),
          });
        },
        keep: (toolCallId) => keep(toolCallId, [...parts.values()].filter(isSigned)),
      };
    },
    before: (toolCalls) => answers.get(toolCalls[0]?.id ?? "") ?? [],
  };
};

/** Reasoning without a signature or redacted data cannot be handed back. */
const isSigned = (part: LanguageModelV4ReasoningPart): boolean => part.providerOptions !== undefined;
