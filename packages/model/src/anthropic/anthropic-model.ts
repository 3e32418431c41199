/** A language model at Anthropic, or at another server that speaks its Messages API. */

import { createAnthropic } from "@ai-sdk/anthropic";
import { fault } from "@skykoi/fault";

import { callModel } from "../ai-sdk/model-call.ts";
import { toPrompt, toTools } from "../ai-sdk/prompt.ts";
import { remembersOpenTurn } from "../ai-sdk/signed-reasoning.ts";
import { outputOptions } from "../ai-sdk/thinking.ts";
import { knownModel } from "../known-models.ts";
import type { LanguageModel, ModelEvent, ModelInfo, ModelRequest, ProviderConfig } from "../port.ts";
import { anthropicFault } from "./anthropic-fault.ts";

export interface AnthropicModelOptions {
  readonly info: ModelInfo;
  readonly modelId: string;
  readonly config: ProviderConfig;
}

const ANTHROPIC_URL = "https://api.anthropic.com/v1";
/** For a server of one's own that asks for none; left out, the SDK would look into the process's environment. */
const NO_KEY = "none";

/** Without an API key only a server of one's own can be asked; else throws MODEL_AUTH_FAILED. */
export const createAnthropicModel = ({ info, modelId, config }: AnthropicModelOptions): LanguageModel => {
  const { baseUrl = ANTHROPIC_URL, apiKey } = config;
  if (!apiKey && baseUrl === ANTHROPIC_URL) {
    throw fault("MODEL_AUTH_FAILED", {
      message: `Anthropic needs an API key: set models.providers.${info.provider}.apiKey, or ANTHROPIC_API_KEY in the environment.`,
    });
  }
  const provider = createAnthropic({ baseURL: baseUrl, apiKey: apiKey || NO_KEY });
  const style = knownModel("anthropic-messages", modelId)?.thinking ?? "by-provider";

  async function* stream(request: ModelRequest): AsyncGenerator<ModelEvent, void, void> {
    const prompt = await toPrompt(request, {
      info,
      toolCallId: acceptedToolCallId,
      imagesInToolResults: true,
      cachePoint: CACHE_POINT,
    });
    yield* callModel({
      model: provider(modelId),
      options: {
        prompt,
        ...(request.tools.length > 0 && { tools: toTools(request.tools) }),
        ...outputOptions({
          level: request.thinking ?? "off",
          style,
          maxOutputTokens: request.maxOutputTokens,
          info,
          remembersReasoning: remembersOpenTurn(request.messages, info.ref),
          budget: (budgetTokens) => ({ anthropic: { thinking: { type: "enabled", budgetTokens } } }),
        }),
      },
      signal: request.signal,
      toFault: (failure) => anthropicFault(failure, apiKey),
    });
  }

  return { info, stream };
};

/** Tools come before the system prompt in what is cached, so its cache point covers them too. */
const CACHE_POINT = { anthropic: { cacheControl: { type: "ephemeral" } } };

/** Anthropic takes letters, digits, `_` and `-`. */
const acceptedToolCallId = (id: string): string => id.replaceAll(/[^\w-]/g, "_") || "_";
