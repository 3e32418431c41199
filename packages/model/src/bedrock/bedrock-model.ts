/** A language model on Amazon Bedrock, through the Converse stream API. */

import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import type { Fault } from "@skykoi/fault";

import { callModel } from "../ai-sdk/model-call.ts";
import { toPrompt, toTools } from "../ai-sdk/prompt.ts";
import { createReasoningMemory, type ReasoningMemory } from "../ai-sdk/reasoning-memory.ts";
import type { UpstreamFailure } from "../ai-sdk/upstream-failure.ts";
import { knownBedrockModel } from "../known-models.ts";
import type { LanguageModel, ModelEvent, ModelInfo, ModelMessage, ModelRequest, ProviderConfig } from "../port.ts";
import { bedrockFault } from "./bedrock-fault.ts";
import { createCredentialSource } from "./credentials.ts";
import { outputOptions } from "./thinking.ts";

export interface BedrockModelOptions {
  readonly info: ModelInfo;
  /** Model id, inference profile id or ARN. */
  readonly modelId: string;
  readonly config: ProviderConfig;
  readonly region: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const createBedrockModel = ({ info, modelId, config, region, env }: BedrockModelOptions): LanguageModel => {
  const bearerToken = config.apiKey ?? env["AWS_BEARER_TOKEN_BEDROCK"] ?? "";
  const credentials = createCredentialSource(env);
  const baseURL = config.baseUrl ?? (env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] || env["AWS_ENDPOINT_URL"]);
  const memory = createReasoningMemory();
  const style = knownBedrockModel(modelId)?.thinking ?? "by-provider";

  const toFault = (failure: UpstreamFailure): Fault => {
    const result = bedrockFault(failure, credentials.renewable);
    if (result.code === "MODEL_AUTH_FAILED") credentials.forget();
    return result;
  };

  async function* stream(request: ModelRequest): AsyncGenerator<ModelEvent, void, void> {
    // Asked for here and not by the SDK, which would hide why there are none.
    const signer = bearerToken === "" ? await credentials.get(request.signal) : undefined;
    const provider = createAmazonBedrock({
      region,
      apiKey: bearerToken, // Empty: sign. Left out, the SDK would look into the process's environment.
      ...(baseURL && { baseURL }),
      ...(signer && { credentialProvider: () => Promise.resolve(signer) }),
    });
    yield* callModel({
      model: provider(modelId),
      options: {
        prompt: toPrompt(request, {
          toolCallId: acceptedToolCallId,
          reasoningBefore: (toolCalls) => memory.before(toolCalls),
          ...(cachesPrompts(modelId) && { cachePoint: CACHE_POINT }),
        }),
        tools: toTools(request.tools),
        ...outputOptions({
          level: request.thinking ?? "off",
          style,
          maxOutputTokens: request.maxOutputTokens,
          info,
          remembersReasoning: remembersOpenTurn(request.messages, memory),
        }),
      },
      signal: request.signal,
      toFault,
      reasoning: memory,
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

/** Whether every tool call since the last user message still has its reasoning. */
const remembersOpenTurn = (messages: readonly ModelMessage[], memory: ReasoningMemory): boolean => {
  const turnStart = messages.findLastIndex(({ role }) => role === "user");
  return messages
    .slice(turnStart + 1)
    .every(
      (message) =>
        message.role !== "assistant" || message.toolCalls.length === 0 || memory.before(message.toolCalls).length > 0,
    );
};
