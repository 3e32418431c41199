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

export type ModelMessage =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly toolCalls: readonly ModelToolCall[] }
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
  readonly api: "bedrock-converse-stream" | "openai-completions";
  readonly region?: string;
  /** Endpoint override; for `openai-completions` the URL up to and with `/v1`. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly models?: readonly {
    readonly id: string;
    readonly name?: string;
    readonly contextWindow?: number;
    readonly maxTokens?: number;
  }[];
}

export interface ModelCatalog {
  /** Loads the provider's code on first use. Throws MODEL_NOT_FOUND for an unknown reference. */
  resolve(ref: string): Promise<LanguageModel>;
  list(): readonly (ModelInfo & { readonly available: boolean })[];
  /** Cost of a call in US dollars; 0 for a model without a price. */
  costUsd(ref: string, usage: Usage): number;
}

export interface ModelCatalogOptions {
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** Environment for credentials (AWS_*); the caller passes process.env. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Pause between two words of the offline model, so that its streaming can be seen. Default 8; 0 for benchmarks. */
  readonly offlineChunkDelayMs?: number;
}
