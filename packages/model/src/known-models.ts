/** What is known about models without asking their provider: windows, limits and how they think. */

/**
 * How a model is told to think: `adaptive` takes an effort, `budget` a number of tokens, `by-provider` leaves the
 * choice between the two to the provider's own table.
 */
export type ThinkingStyle = "none" | "adaptive" | "budget" | "by-provider";

export interface KnownModel {
  /** The Bedrock model id without the geography of an inference profile (`us.`, `eu.`, `global.`). */
  readonly id: string;
  readonly name: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly thinking: ThinkingStyle;
  readonly images: boolean;
  /** The inference profile offered outside the US and the EU. */
  readonly elsewhere: "global" | "apac";
}

type Limits = Omit<KnownModel, "id" | "name">;

const claude = (limits: Partial<Limits>): Limits => ({
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
  thinking: "budget",
  images: true,
  elsewhere: "global",
  ...limits,
});

const nova = (limits: Partial<Limits>): Limits => ({
  contextWindow: 300_000,
  maxOutputTokens: 10_000,
  thinking: "none",
  images: true,
  elsewhere: "apac",
  ...limits,
});

/** Context windows without the long-context beta header, from the models' pages in the Bedrock user guide. */
export const KNOWN_BEDROCK_MODELS: readonly KnownModel[] = [
  {
    id: "anthropic.claude-opus-4-6-v1",
    name: "Claude Opus 4.6",
    ...claude({ maxOutputTokens: 128_000, thinking: "adaptive" }),
  },
  { id: "anthropic.claude-sonnet-4-6", name: "Claude Sonnet 4.6", ...claude({ thinking: "adaptive" }) },
  { id: "anthropic.claude-opus-4-5-20251101-v1:0", name: "Claude Opus 4.5", ...claude({}) },
  { id: "anthropic.claude-sonnet-4-5-20250929-v1:0", name: "Claude Sonnet 4.5", ...claude({}) },
  { id: "anthropic.claude-haiku-4-5-20251001-v1:0", name: "Claude Haiku 4.5", ...claude({}) },
  { id: "amazon.nova-pro-v1:0", name: "Amazon Nova Pro", ...nova({}) },
  { id: "amazon.nova-lite-v1:0", name: "Amazon Nova Lite", ...nova({}) },
  { id: "amazon.nova-micro-v1:0", name: "Amazon Nova Micro", ...nova({ contextWindow: 128_000, images: false }) },
];

const GEOGRAPHY = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\./;

/**
 * The entry for a model id, an inference profile id, or the ARN of either; a Claude newer than this list gets what
 * all of them have in common.
 */
export const knownBedrockModel = (modelId: string): KnownModel | undefined => {
  const id = modelId.slice(modelId.lastIndexOf("/") + 1).replace(GEOGRAPHY, "");
  const known = KNOWN_BEDROCK_MODELS.find((model) => model.id === id);
  if (known || !id.startsWith("anthropic.claude-")) return known;
  return { id, name: modelId, ...claude({ maxOutputTokens: 32_000, thinking: "by-provider" }) };
};

/** The inference profile that serves a known model from `region`. */
export const inferenceProfile = (model: KnownModel, region: string): string => {
  const geography = region.startsWith("us-") ? "us" : region.startsWith("eu-") ? "eu" : model.elsewhere;
  return `${geography}.${model.id}`;
};
