/** A language model on Amazon Bedrock, through the Converse stream API. */

import { callModel } from "../ai-sdk/model-call.ts";
import { toPrompt, toTools } from "../ai-sdk/prompt.ts";
import { remembersOpenTurn } from "../ai-sdk/signed-reasoning.ts";
import { outputOptions } from "../ai-sdk/thinking.ts";
import { knownModel } from "../known-models.ts";
import type { LanguageModel, ModelEvent, ModelInfo, ModelRequest } from "../port.ts";
import { createBedrockConnection, type BedrockAddress } from "./connection.ts";

export interface BedrockModelOptions extends BedrockAddress {
  readonly info: ModelInfo;
  /** Model id, inference profile id or ARN. */
  readonly modelId: string;
}

export const createBedrockModel = ({ info, modelId, ...address }: BedrockModelOptions): LanguageModel => {
  const connection = createBedrockConnection(address);
  const style = knownModel("bedrock-converse-stream", modelId)?.thinking ?? "by-provider";

  async function* stream(request: ModelRequest): AsyncGenerator<ModelEvent, void, void> {
    const provider = await connection.open(request.signal);
    const prompt = await toPrompt(request, {
      info,
      toolCallId: acceptedToolCallId,
      imagesInToolResults: true,
      ...(cachesPrompts(modelId) && { cachePoint: CACHE_POINT }),
    });
    yield* callModel({
      model: provider(modelId),
      options: {
        prompt,
        tools: toTools(request.tools),
        ...outputOptions({
          level: request.thinking ?? "off",
          style,
          maxOutputTokens: request.maxOutputTokens,
          info,
          remembersReasoning: remembersOpenTurn(request.messages, info.ref),
          budget: (budgetTokens) => ({ amazonBedrock: { reasoningConfig: { type: "enabled", budgetTokens } } }),
        }),
      },
      signal: request.signal,
      toFault: connection.toFault,
    });
  }

  return { info, stream };
};

/** Tools come before the system prompt in what is cached, so its cache point covers them too. */
const CACHE_POINT = { amazonBedrock: { cachePoint: { type: "default" } } };

/** Models that do not cache refuse cache points. Older Claude models than these do not cache. */
const cachesPrompts = (modelId: string): boolean =>
  modelId.includes("amazon.nova") ||
  (modelId.includes("anthropic.claude-") && !/claude-(?:v2|instant|3-(?:opus|sonnet|haiku)|3-5-sonnet)/.test(modelId));

/** Bedrock takes letters, digits, `_` and `-`, at most 64 of them. */
const acceptedToolCallId = (id: string): string => id.replaceAll(/[^\w-]/g, "_").slice(-64) || "_";
