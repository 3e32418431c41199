/** The providers of a catalogue: the configured ones, and those that exist without configuration. */

import { knownModel, knownModels, offeredId } from "./known-models.ts";
import type { ModelCatalogOptions, ModelInfo, ProviderConfig } from "./port.ts";

export const BEDROCK = "amazon-bedrock";
const DEFAULT_REGION = "us-east-1";
const OPENAI_URL = "https://api.openai.com/v1";

/** For a model nobody described: small enough for most local servers. */
const DEFAULT_LIMITS = { contextWindow: 32_768, maxOutputTokens: 4_096 };

/** Any of these says that somebody meant AWS to be used; a bare instance profile shows in none of them. */
const AWS_CREDENTIAL_SIGNS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_BEARER_TOKEN_BEDROCK",
] as const;

export interface Provider {
  readonly name: string;
  readonly config: ProviderConfig;
  /** Whether it looks usable; whether its credentials work cannot be known without a call. */
  readonly available: boolean;
}

type Env = ModelCatalogOptions["env"];

/** Bedrock, Anthropic and OpenAI exist without configuration; the keys of the latter two may come from `env`. */
export const knownProviders = ({ providers, env }: ModelCatalogOptions): ReadonlyMap<string, Provider> => {
  const builtIn: readonly Provider[] = [
    {
      name: BEDROCK,
      config: { api: "bedrock-converse-stream" },
      available: AWS_CREDENTIAL_SIGNS.some((name) => env[name]),
    },
    withEnvironment("anthropic", { api: "anthropic-messages" }, env),
    withEnvironment("openai", { api: "openai-completions" }, env),
  ];
  const configured = Object.entries(providers).map(([name, config]) => withEnvironment(name, config, env));
  return new Map([...builtIn, ...configured].map((provider) => [provider.name, provider]));
};

const withEnvironment = (name: string, config: ProviderConfig, env: Env): Provider => {
  const fromEnvironment = { anthropic: env["ANTHROPIC_API_KEY"], openai: env["OPENAI_API_KEY"] };
  const apiKey = config.apiKey ?? (name === "anthropic" || name === "openai" ? fromEnvironment[name] : undefined);
  const complete: ProviderConfig = {
    ...config,
    ...(apiKey && { apiKey }),
    ...(name === "openai" && config.api === "openai-completions" && { baseUrl: config.baseUrl ?? OPENAI_URL }),
  };
  return { name, config: complete, available: isUsable(name, complete) };
};

const isUsable = (name: string, { api, baseUrl, apiKey }: ProviderConfig): boolean => {
  switch (api) {
    case "bedrock-converse-stream":
      return true;
    case "anthropic-messages":
      return apiKey !== undefined;
    case "openai-completions":
      return name === "openai" && baseUrl === OPENAI_URL ? apiKey !== undefined : baseUrl !== undefined;
    default:
      return api satisfies never;
  }
};

/** undefined when the provider lists its models and this is none of them. */
export const describeModel = ({ name, config }: Provider, modelId: string): ModelInfo | undefined => {
  const described = config.models?.find((model) => model.id === modelId);
  if (config.models && !described && config.api === "openai-completions") return undefined;
  const known = knownModel(config.api, modelId);
  return {
    ref: `${name}/${modelId}`,
    provider: name,
    name: described?.name ?? known?.name ?? modelId,
    contextWindow: described?.contextWindow ?? known?.contextWindow ?? DEFAULT_LIMITS.contextWindow,
    maxOutputTokens: described?.maxTokens ?? known?.maxOutputTokens ?? DEFAULT_LIMITS.maxOutputTokens,
    reasoning: described?.reasoning ?? (known !== undefined && known.thinking !== "none"),
    input: described?.input ?? (known?.images ? ["text", "image"] : ["text"]),
    demo: false,
  };
};

export const listModels = (provider: Provider, env: Env): (ModelInfo & { available: boolean })[] => {
  const { name, config, available } = provider;
  const offered = config.api !== "openai-completions" || name === "openai" ? knownModels(config.api) : [];
  const ids =
    config.models?.map((model) => model.id) ??
    offered.map((model) => offeredId(config.api, model, regionOf(config, env)));
  return ids.flatMap((id) => {
    const info = describeModel(provider, id);
    return info ? [{ ...info, available }] : [];
  });
};

export const regionOf = (config: ProviderConfig, env: Env): string =>
  config.region ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION);
