/** Turns texts into vectors through an AI SDK embedding model, in as many calls as its limits need. */

import type { EmbeddingModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { fault, isFault, type Fault } from "@skykoi/fault";

import { describeUpstream, type UpstreamFailure } from "../ai-sdk/upstream-failure.ts";
import type { EmbeddingPurpose, Embeddings } from "../port.ts";

interface EmbeddingRequest {
  readonly texts: readonly string[];
  readonly purpose: EmbeddingPurpose;
  readonly signal: AbortSignal;
}

export type Embedder = (request: EmbeddingRequest) => Promise<Embeddings>;

export interface EmbedderOptions {
  readonly open: (signal: AbortSignal) => Promise<EmbeddingModelV4>;
  readonly toFault: (failure: UpstreamFailure) => Fault;
  readonly providerOptions?: (purpose: EmbeddingPurpose) => SharedV4ProviderOptions;
}

/** Calls at the same time: enough to hide the latency of models that take one text a call. */
const MAX_CALLS = 4;
/** Texts in one call, where the provider allows more. */
const MAX_TEXTS = 64;

export const createEmbedder =
  ({ open, toFault, providerOptions }: EmbedderOptions): Embedder =>
  async ({ texts, purpose, signal }) => {
    const stop = new AbortController();
    const abortSignal = AbortSignal.any([signal, stop.signal]);
    try {
      const model = await open(signal);
      const batches = inBatches(texts, Math.min(MAX_TEXTS, (await model.maxEmbeddingsPerCall) ?? MAX_TEXTS));
      const results: Embeddings[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        for (let index = next++; index < batches.length; index = next++) {
          results[index] = await embedBatch(model, batches[index] ?? [], abortSignal, providerOptions?.(purpose));
        }
      };
      await Promise.all(Array.from({ length: Math.min(MAX_CALLS, batches.length) }, work));
      return {
        vectors: results.flatMap(({ vectors }) => vectors),
        inputTokens: results.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      };
    } catch (thrown) {
      stop.abort();
      if (signal.aborted) throw fault("ABORTED");
      throw isFault(thrown) ? thrown : toFault(describeUpstream(thrown));
    }
  };

const embedBatch = async (
  model: EmbeddingModelV4,
  values: readonly string[],
  abortSignal: AbortSignal,
  providerOptions: SharedV4ProviderOptions | undefined,
): Promise<Embeddings> => {
  const { embeddings, usage } = await model.doEmbed({
    values: [...values],
    abortSignal,
    ...(providerOptions && { providerOptions }),
  });
  if (embeddings.length !== values.length) {
    throw fault("MODEL_STREAM_BROKEN", { detail: `${embeddings.length} embeddings for ${values.length} texts` });
  }
  const tokens = usage?.tokens ?? 0;
  return { vectors: embeddings.map((vector) => Float32Array.from(vector)), inputTokens: tokens || 0 };
};

const inBatches = (texts: readonly string[], size: number): (readonly string[])[] =>
  Array.from({ length: Math.ceil(texts.length / size) }, (_, index) => texts.slice(index * size, (index + 1) * size));
