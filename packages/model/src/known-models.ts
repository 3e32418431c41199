/** What is known about models without asking their provider: windows, limits, prices and how they think. */

import type { KnownModel } from "./known-model.ts";
import { KNOWN_OPENAI_MODELS } from "./known-openai-models.ts";
import type { ModelPrice, ProviderConfig } from "./port.ts";

type Entry = Omit<KnownModel, "family" | "name" | "price" | "bedrock">;

const CLAUDE: Entry = { contextWindow: 200_000, maxOutputTokens: 64_000, thinking: "budget", images: true };
const MILLION: Entry = { contextWindow: 1_000_000, maxOutputTokens: 128_000, thinking: "by-provider", images: true };
const NOVA: Entry = { contextWindow: 300_000, maxOutputTokens: 10_000, thinking: "none", images: true };

/** Writing to the cache for five minutes costs a quarter more than reading afresh. */
const claudePrice = (inputUsdPerMTok: number, outputUsdPerMTok: number, cacheReadUsdPerMTok: number): ModelPrice => ({
  inputUsdPerMTok,
  outputUsdPerMTok,
  cacheReadUsdPerMTok,
  cacheWriteUsdPerMTok: inputUsdPerMTok * 1.25,
});

const claudeOn = (id: string) => ({ id: `anthropic.${id}`, elsewhere: "global", geographyFactor: 1.1 }) as const;

const nova = (id: string, name: string, input: number, output: number, limits: Partial<Entry> = {}): KnownModel => ({
  family: id,
  name,
  ...NOVA,
  ...limits,
  price: {
    inputUsdPerMTok: input,
    outputUsdPerMTok: output,
    cacheReadUsdPerMTok: input / 4,
    cacheWriteUsdPerMTok: input,
  },
  bedrock: { id: `amazon.${id}-v1:0`, elsewhere: "apac", geographyFactor: 1 },
});

/**
 * The newest of a family first, so that an alias takes the first that its provider lists. Windows without beta
 * headers and prices from the pages "Models" and "Pricing" of the Claude documentation and of Amazon Nova.
 */
const CLAUDE_AND_NOVA: readonly KnownModel[] = [
  {
    family: "claude-opus-4-6",
    name: "Claude Opus 4.6",
    ...CLAUDE,
    maxOutputTokens: 128_000,
    thinking: "adaptive",
    price: claudePrice(5, 25, 0.5),
    bedrock: claudeOn("claude-opus-4-6-v1"),
  },
  {
    family: "claude-sonnet-4-6",
    name: "Claude Sonnet 4.6",
    ...CLAUDE,
    thinking: "adaptive",
    price: claudePrice(3, 15, 0.3),
    bedrock: claudeOn("claude-sonnet-4-6"),
  },
  {
    family: "claude-opus-4-5",
    name: "Claude Opus 4.5",
    ...CLAUDE,
    price: claudePrice(5, 25, 0.5),
    bedrock: claudeOn("claude-opus-4-5-20251101-v1:0"),
  },
  {
    family: "claude-sonnet-4-5",
    name: "Claude Sonnet 4.5",
    ...CLAUDE,
    price: claudePrice(3, 15, 0.3),
    bedrock: claudeOn("claude-sonnet-4-5-20250929-v1:0"),
  },
  {
    family: "claude-haiku-4-5",
    name: "Claude Haiku 4.5",
    ...CLAUDE,
    price: claudePrice(1, 5, 0.1),
    bedrock: claudeOn("claude-haiku-4-5-20251001-v1:0"),
  },
  {
    family: "claude-opus-5-5",
    name: "Claude Opus 5.5",
    ...MILLION,
    price: claudePrice(4, 20, 0.2),
    bedrock: claudeOn("claude-opus-5-5"),
  },
  {
    family: "claude-sonnet-5-5",
    name: "Claude Sonnet 5.5",
    ...MILLION,
    price: claudePrice(2, 10, 0.1),
    bedrock: claudeOn("claude-sonnet-5-5"),
  },
  {
    family: "claude-opus-5",
    name: "Claude Opus 5",
    ...MILLION,
    price: claudePrice(5, 25, 0.5),
    bedrock: claudeOn("claude-opus-5"),
  },
  nova("nova-pro", "Amazon Nova Pro", 0.8, 3.2),
  nova("nova-lite", "Amazon Nova Lite", 0.06, 0.24),
  nova("nova-micro", "Amazon Nova Micro", 0.035, 0.14, { contextWindow: 128_000, images: false }),
];

const GEOGRAPHY = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\./;
const VERSION = /(?:-\d{8})?(?:-v\d+)?(?::\d+)?$/;

/** The models a provider of this kind offers when its configuration lists none. */
export const knownModels = (api: ProviderConfig["api"]): readonly KnownModel[] => {
  switch (api) {
    case "bedrock-converse-stream":
      return CLAUDE_AND_NOVA.filter(({ bedrock }) => bedrock);
    case "anthropic-messages":
      return CLAUDE_AND_NOVA.filter(({ family }) => family.startsWith("claude-"));
    case "openai-completions":
      return KNOWN_OPENAI_MODELS;
    default:
      return api satisfies never;
  }
};

/**
 * The entry for a model id, with or without date, version, inference profile or ARN around it; a Claude newer than
 * this list gets what all of them have in common, except a price.
 */
export const knownModel = (api: ProviderConfig["api"], modelId: string): KnownModel | undefined => {
  const id = modelId.slice(modelId.lastIndexOf("/") + 1).replace(GEOGRAPHY, "");
  const family = id
    .replace(/^(?:anthropic|amazon)\./, "")
    .replace(api === "openai-completions" ? /-\d{4}-\d{2}-\d{2}$/ : VERSION, "");
  const known = knownModels(api).find((model) => model.family === family);
  if (known || api === "openai-completions" || !family.startsWith("claude-")) return known;
  return { family, name: modelId, ...CLAUDE, maxOutputTokens: 32_000, thinking: "by-provider" };
};

/** What a model costs as a provider of this kind bills it. */
export const knownPrice = (api: ProviderConfig["api"], modelId: string): ModelPrice | undefined => {
  const { price, bedrock } = knownModel(api, modelId) ?? {};
  if (!price || !bedrock || api !== "bedrock-converse-stream" || /(?:^|\/)global\./.test(modelId)) return price;
  const { geographyFactor: factor } = bedrock;
  return {
    inputUsdPerMTok: price.inputUsdPerMTok * factor,
    outputUsdPerMTok: price.outputUsdPerMTok * factor,
    cacheReadUsdPerMTok: price.cacheReadUsdPerMTok * factor,
    cacheWriteUsdPerMTok: price.cacheWriteUsdPerMTok * factor,
  };
};

/** The id under which a provider offers a known model; on Bedrock the inference profile that serves `region`. */
export const offeredId = (api: ProviderConfig["api"], { family, bedrock }: KnownModel, region: string): string => {
  if (api !== "bedrock-converse-stream" || !bedrock) return family;
  const geography = region.startsWith("us-") ? "us" : region.startsWith("eu-") ? "eu" : bedrock.elsewhere;
  return `${geography}.${bedrock.id}`;
};
