/** A language model behind an OpenAI-compatible chat completions endpoint (Ollama, llama.cpp, vLLM, OpenAI). */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

import { callModel } from "../ai-sdk/model-call.ts";
import { toPrompt, toTools } from "../ai-sdk/prompt.ts";
import { knownModel } from "../known-models.ts";
import { outputLimit } from "../output-limit.ts";
import type { LanguageModel, ModelEvent, ModelInfo, ModelRequest, ProviderConfig } from "../port.ts";
import { requireAddress } from "./address.ts";
import { openAiFault } from "./openai-fault.ts";

export interface OpenAiModelOptions {
  readonly info: ModelInfo;
  readonly modelId: string;
  readonly config: ProviderConfig;
}

/** Throws CONFIG_INVALID without a base URL. */
export const createOpenAiModel = ({ info, modelId, config }: OpenAiModelOptions): LanguageModel => {
  const { apiKey, models } = config;
  const provider = createOpenAICompatible({
    name: "custom",
    baseURL: requireAddress(info.provider, config),
    includeUsage: true,
    ...(apiKey && { apiKey }),
    ...(info.provider === "openai" && { transformRequestBody: renameLimit }),
  });
  const model = provider(modelId);
  const hasKnownLimit =
    models?.some(({ id, maxTokens }) => id === modelId && maxTokens !== undefined) ||
    (info.provider === "openai" && knownModel(config.api, modelId) !== undefined);

  async function* stream(request: ModelRequest): AsyncGenerator<ModelEvent, void, void> {
    const prompt = await toPrompt(request, { info, imagesInToolResults: false });
    yield* callModel({
      model,
      options: {
        prompt,
        ...(request.tools.length > 0 && { tools: toTools(request.tools) }),
        ...((hasKnownLimit || request.maxOutputTokens !== undefined) && {
          maxOutputTokens: outputLimit(info, request),
        }),
        ...(request.thinking && request.thinking !== "off" && { reasoning: request.thinking }),
      },
      signal: request.signal,
      toFault: (failure) => openAiFault(failure, apiKey),
    });
  }

  return { info, stream };
};

/** OpenAI's own reasoning models refuse the name that every other server knows. */
const renameLimit = ({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> =>
  max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens };
