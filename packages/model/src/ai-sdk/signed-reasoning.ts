/**
 * Reasoning that its provider wants back unchanged with the results of the tools it led to: what proves it goes out
 * as an opaque signature and comes back in with the next request, also after a restart.
 */

import type {
  LanguageModelV4ReasoningPart,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";

import type { ModelMessage } from "../port.ts";

export interface ReasoningEar {
  /** The signature, when this part ends a block of reasoning that has one. */
  hear(part: LanguageModelV4StreamPart): string | undefined;
}

export const createReasoningEar = (): ReasoningEar => {
  const proofs = new Map<string, SharedV4ProviderMetadata>();
  return {
    hear: (part) => {
      if (part.type !== "reasoning-start" && part.type !== "reasoning-delta" && part.type !== "reasoning-end")
        return undefined;
      if (part.providerMetadata && provesAnything(part.providerMetadata)) proofs.set(part.id, part.providerMetadata);
      const proof = proofs.get(part.id);
      return part.type === "reasoning-end" && proof ? JSON.stringify(proof) : undefined;
    },
  };
};

const provesAnything = (metadata: SharedV4ProviderMetadata): boolean =>
  Object.values(metadata).some((fields) => Object.values(fields ?? {}).some((value) => typeof value === "string"));

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;

/** What to hand back of a message: only what this very model reasoned before it called tools. */
export const reasoningParts = (message: AssistantMessage, modelRef: string): LanguageModelV4ReasoningPart[] =>
  message.toolCalls.length === 0
    ? []
    : (message.reasoning ?? []).flatMap(({ text, signature, model }) => {
        const providerOptions = model === modelRef ? parseSignature(signature) : undefined;
        return providerOptions ? [{ type: "reasoning" as const, text, providerOptions }] : [];
      });

const parseSignature = (signature: string): SharedV4ProviderMetadata | undefined => {
  try {
    const value: unknown = JSON.parse(signature);
    return isMetadata(value) ? value : undefined;
  } catch {
    return undefined; // A transcript somebody edited: thought anew.
  }
};

const isMetadata = (value: unknown): value is SharedV4ProviderMetadata =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((fields) => typeof fields === "object" && fields !== null && !Array.isArray(fields));

/** Whether every tool call since the last user message still has the reasoning that led to it. */
export const remembersOpenTurn = (messages: readonly ModelMessage[], modelRef: string): boolean => {
  const turnStart = messages.findLastIndex(({ role }) => role === "user");
  return messages
    .slice(turnStart + 1)
    .every(
      (message) =>
        message.role !== "assistant" || message.toolCalls.length === 0 || reasoningParts(message, modelRef).length > 0,
    );
};
