/** Embeddings on Amazon Bedrock: Titan, Cohere and Nova, each in its own encoding. */

import { createBedrockConnection, type BedrockAddress } from "../bedrock/connection.ts";
import type { EmbeddingPurpose } from "../port.ts";
import { createEmbedder, type Embedder } from "./embedder.ts";

export interface BedrockEmbedderOptions extends BedrockAddress {
  /** Model id, inference profile id or ARN. */
  readonly modelId: string;
}

export const createBedrockEmbedder = ({ modelId, ...address }: BedrockEmbedderOptions): Embedder => {
  const connection = createBedrockConnection(address);
  return createEmbedder({
    open: async (signal) => (await connection.open(signal)).embedding(modelId),
    toFault: connection.toFault,
    providerOptions: (purpose) => ({ amazonBedrock: optionsFor(modelId, purpose) }),
  });
};

/** Vectors of length 1, and texts that are too long cut at their end. */
const optionsFor = (modelId: string, purpose: EmbeddingPurpose) => {
  if (modelId.includes("cohere.embed-")) {
    return { inputType: purpose === "query" ? "search_query" : "search_document", truncate: "END" };
  }
  if (modelId.includes("amazon.nova-")) {
    return { embeddingPurpose: purpose === "query" ? "TEXT_RETRIEVAL" : "GENERIC_INDEX", truncate: "END" };
  }
  return modelId.includes("titan-embed-text-v1") ? {} : { normalize: true };
};
