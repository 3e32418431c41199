/** Embeddings of an OpenAI-compatible server (Ollama, llama.cpp, vLLM, OpenAI). */

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

import { requireAddress } from "../openai/address.ts";
import { openAiFault } from "../openai/openai-fault.ts";
import type { ProviderConfig } from "../port.ts";
import { createEmbedder, type Embedder } from "./embedder.ts";

export interface OpenAiEmbedderOptions {
  readonly ref: string;
  readonly modelId: string;
  readonly config: ProviderConfig;
}

/** Throws CONFIG_INVALID without a base URL. */
export const createOpenAiEmbedder = ({ ref, modelId, config }: OpenAiEmbedderOptions): Embedder => {
  const { apiKey } = config;
  const provider = createOpenAICompatible({
    name: "custom",
    baseURL: requireAddress(ref.slice(0, ref.indexOf("/")), config),
    ...(apiKey && { apiKey }),
  });
  const model = provider.embeddingModel(modelId);
  return createEmbedder({
    open: () => Promise.resolve(model),
    toFault: (failure) => openAiFault(failure, apiKey),
  });
};
