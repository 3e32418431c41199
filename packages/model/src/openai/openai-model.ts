/** A language model behind an OpenAI-compatible chat completions endpoint (Ollama, llama.cpp, vLLM, OpenAI). */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { fault } from "@skykoi/fault";

import { callModel } from "../ai-sdk/model-call.ts";
import { toPrompt, toTools } from "../ai-sdk/prompt.ts";
import type { LanguageModel, ModelInfo, ModelRequest, ProviderConfig } from "../port.ts";
import { openAiFault } from "./openai-fault.ts";

export interface OpenAiModelOptions {
  readonly info: ModelInfo;
  readonly modelId: string;
  readonly config: ProviderConfig;
}

/** Throws CONFIG_INVALID without a base URL. */
export const createOpenAiModel = ({ info, modelId, config }: OpenAiModelOptions): LanguageModel => {
  const { baseUrl, apiKey } = config;
  if (!baseUrl) {
    throw fault("CONFIG_INVALID", { message: `models.providers.${info.provider} needs a baseUrl.` });
  }
  const provider = createOpenAICompatible({
    name: "custom",
    baseURL: baseUrl,
    includeUsage: true,
    ...(apiKey && { apiKey }),
  });
  const model = provider(modelId);

  return {
    info,
    stream: (request: ModelRequest) =>
      callModel({
        model,
        options: {
          prompt: toPrompt(request),
          ...(request.tools.length > 0 && { tools: toTools(request.tools) }),
          ...(request.maxOutputTokens !== undefined && {
            maxOutputTokens: Math.min(request.maxOutputTokens, info.maxOutputTokens),
          }),
          ...(request.thinking && request.thinking !== "off" && { reasoning: request.thinking }),
        },
        signal: request.signal,
        toFault: (failure) => openAiFault(failure, apiKey),
      }),
  };
};
