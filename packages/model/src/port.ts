/** The language-model port: what the agent loop asks for and what every provider answers. */

/** Token counts of one call. `inputTokens` excludes what was read from or written to the cache. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input, an object schema. */
  readonly inputSchema: object;
}

/** A picture, told of without its bytes: they are read only for a model that sees it. */
export interface ModelImage {
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Called when a request is encoded. undefined when the picture is no longer there; the model is then told so. */
  readonly read: () => Promise<Uint8Array | undefined>;
}

/** Reasoning as a model gave it, with what proves to its provider that it is unchanged. */
export interface ModelReasoning {
  readonly text: string;
  /** From the `reasoning-end` event; opaque. */
  readonly signature: string;
  /** Reference of the model that thought so: no other one is handed it back. */
  readonly model: string;
}

/** A model that sees no pictures is told in words that there was one. */
export type ModelMessage =
  | { readonly role: "user"; readonly text: string; readonly images?: readonly ModelImage[] }
  | {
      readonly role: "assistant";
      readonly text: string;
      readonly toolCalls: readonly ModelToolCall[];
      /** Handed back with the results of its tool calls: some models refuse them without it. */
      readonly reasoning?: readonly ModelReasoning[];
    }
  | { readonly role: "tool"; readonly results: readonly ModelToolResult[] };

export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ModelToolResult {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly text: string;
  readonly isError: boolean;
  readonly images?: readonly ModelImage[];
}

export type ThinkingLevel = "off" | "low" | "medium" | "high";

export interface ModelRequest {
  /** Stable across the turns of a session, so that it can be cached. */
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolSpec[];
  readonly maxOutputTokens?: number;
  readonly thinking?: ThinkingLevel;
  readonly signal: AbortSignal;
}

export type FinishReason = "stop" | "tool-calls" | "length" | "content-filter" | "other";

/** In order: any deltas and tool calls, then exactly one `finish`. */
export type ModelEvent =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  /** Ends a block of reasoning that can be handed back. Its text may be empty when the provider keeps it to itself. */
  | { readonly type: "reasoning-end"; readonly signature: string }
  /** `input` is parsed JSON; when the model sent something else it is the raw string. */
  | { readonly type: "tool-call"; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly type: "finish"; readonly reason: FinishReason; readonly usage: Usage };

export interface ModelInfo {
  /** `provider/model`, as configured. */
  readonly ref: string;
  readonly provider: string;
  readonly name: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly reasoning: boolean;
  readonly input: readonly ("text" | "image")[];
  /** True for the offline model, which is not a language model and says so. */
  readonly demo: boolean;
}

export interface LanguageModel {
  readonly info: ModelInfo;
  /**
   * One model call. The iterator throws a Fault with a MODEL_* code, whose `retryable` says whether the same
   * call may be made again, and ABORTED when the signal fired. Providers do not retry.
   */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}

/** Prices in US dollars for a million tokens. */
export interface ModelPrice {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
  readonly cacheReadUsdPerMTok: number;
  readonly cacheWriteUsdPerMTok: number;
}

/** The part of `models.providers` in skykoi.json that concerns one provider. */
export interface ProviderConfig {
  readonly api: "bedrock-converse-stream" | "anthropic-messages" | "openai-completions";
  readonly region?: string;
  /** Endpoint override; for `openai-completions` and `anthropic-messages` the URL up to and with `/v1`. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly models?: readonly {
    readonly id: string;
    readonly name?: string;
    readonly contextWindow?: number;
    readonly maxTokens?: number;
    /** What it understands; by default what is known of it, else text. */
    readonly input?: readonly ("text" | "image")[];
    readonly reasoning?: boolean;
  }[];
}

/** What a call may cost at most. */
export interface WorstCase {
  readonly usd: number;
  /** False: nothing is known about its price, and `usd` is 0. */
  readonly hasPrice: boolean;
}

export interface Embeddings {
  /** One for each text, in their order, all of the same length. */
  readonly vectors: readonly Float32Array[];
  readonly inputTokens: number;
}

/** Some models embed what is searched and what is searched for differently. */
export type EmbeddingPurpose = "document" | "query";

/** Every `ref` may also be an alias. */
export interface ModelCatalog {
  /** The model reference an alias stands for; a reference is answered as it is. Throws MODEL_NOT_FOUND. */
  resolveRef(ref: string): string;
  /** Loads the provider's code on first use. Throws MODEL_NOT_FOUND for an unknown reference. */
  resolve(ref: string): Promise<LanguageModel>;
  list(): readonly (ModelInfo & { readonly available: boolean })[];
  /** Names that `resolveRef` knows, with what they stand for now. */
  aliases(): Readonly<Record<string, string>>;
  /** Cost of a call in US dollars; 0 for a model without a price. */
  costUsd(ref: string, usage: Usage): number;
  /**
   * The dearest a call can become: every input token at the dearest of the input prices, every output token used.
   * `maxOutputTokens` as `outputLimit` answers it.
   */
  worstCaseUsd(ref: string, call: { readonly inputTokens: number; readonly maxOutputTokens: number }): WorstCase;
  /**
   * Vectors of `texts`, `purpose` by default "document". Throws a Fault with a MODEL_* code, or ABORTED. Does not retry.
   */
  embed(ref: string, texts: readonly string[], signal: AbortSignal, purpose?: EmbeddingPurpose): Promise<Embeddings>;
}

export interface ModelCatalogOptions {
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  /** By reference; wins over the published prices that are known. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** Short names for references, besides `opus`, `sonnet`, `haiku` and `demo`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Environment for credentials (AWS_*, ANTHROPIC_API_KEY, OPENAI_API_KEY); the caller passes process.env. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Pause between two words of the offline model, so that its streaming can be seen. Default 8; 0 for benchmarks. */
  readonly offlineChunkDelayMs?: number;
}
