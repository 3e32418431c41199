/** The catalogue of models: which exist, what they cost, and how to get one without loading any other. */

import { fault } from "@skykoi/fault";

import { inferenceProfile, KNOWN_BEDROCK_MODELS, knownBedrockModel } from "./known-models.ts";
import { parseModelRef } from "./model-ref.ts";
import { OFFLINE_INFO, OFFLINE_REF } from "./offline/offline-info.ts";
import type { LanguageModel, ModelCatalog, ModelCatalogOptions, ModelInfo, ProviderConfig } from "./port.ts";
import { priceOf } from "./price.ts";

const BEDROCK = "amazon-bedrock";
const DEFAULT_REGION = "us-east-1";

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

interface Provider {
  readonly name: string;
  readonly config: ProviderConfig;
  readonly available: boolean;
}

export const createModelCatalog = (options: ModelCatalogOptions): ModelCatalog => {
  const providers = knownProviders(options);
  const loaded = new Map<string, Promise<LanguageModel>>();

  const load = async (ref: string): Promise<LanguageModel> => {
    if (ref === OFFLINE_REF) {
      const { createOfflineModel } = await import("./offline/offline-model.ts");
      return createOfflineModel(
        options.offlineChunkDelayMs === undefined ? {} : { chunkDelayMs: options.offlineChunkDelayMs },
      );
    }
    const { provider: name, modelId } = parseModelRef(ref);
    const provider = providers.get(name);
    if (!provider) throw unknownProvider(ref, name, [...providers.keys()]);
    const info = describeModel(provider, modelId);
    if (!info) throw unknownModel(ref, provider);
    return loadModel(info, modelId, provider.config, options.env);
  };

  return {
    resolve: (ref) => {
      const present = loaded.get(ref);
      if (present) return present;
      const loading = load(ref);
      loaded.set(ref, loading);
      loading.catch(() => loaded.delete(ref)); // The caller gets the failure; a later call may try again.
      return loading;
    },
    list: () => [
      ...[...providers.values()].flatMap((provider) => listModels(provider, options.env)),
      { ...OFFLINE_INFO, available: true },
    ],
    costUsd: (ref, usage) => {
      const price = Object.hasOwn(options.prices, ref) ? options.prices[ref] : undefined;
      return price ? priceOf(price, usage) : 0;
    },
  };
};

const loadModel = async (
  info: ModelInfo,
  modelId: string,
  config: ProviderConfig,
  env: ModelCatalogOptions["env"],
): Promise<LanguageModel> => {
  switch (config.api) {
    case "bedrock-converse-stream": {
      const { createBedrockModel } = await import("./bedrock/bedrock-model.ts");
      return createBedrockModel({ info, modelId, config, env, region: regionOf(config, env) });
    }
    case "openai-completions": {
      const { createOpenAiModel } = await import("./openai/openai-model.ts");
      return createOpenAiModel({ info, modelId, config });
    }
    default:
      return config.api satisfies never;
  }
};

/**
 * Bedrock exists without configuration. Whether its credentials work cannot be known without a call (an instance
 * profile leaves no trace in the environment), so it counts as available when it is configured or AWS credentials
 * show in the environment.
 */
const knownProviders = ({ providers, env }: ModelCatalogOptions): ReadonlyMap<string, Provider> => {
  const configured = Object.entries(providers).map(([name, config]): [string, Provider] => [
    name,
    { name, config, available: isUsable(config) },
  ]);
  const bedrock: Provider = {
    name: BEDROCK,
    config: { api: "bedrock-converse-stream" },
    available: AWS_CREDENTIAL_SIGNS.some((name) => env[name]),
  };
  return new Map([[BEDROCK, bedrock], ...configured]);
};

const isUsable = (config: ProviderConfig): boolean =>
  config.api === "bedrock-converse-stream" || config.baseUrl !== undefined;

/** undefined when the provider lists its models and this is none of them. */
const describeModel = ({ name, config }: Provider, modelId: string): ModelInfo | undefined => {
  const described = config.models?.find((model) => model.id === modelId);
  const base = { ref: `${name}/${modelId}`, provider: name, demo: false };
  switch (config.api) {
    case "bedrock-converse-stream": {
      const known = knownBedrockModel(modelId);
      return {
        ...base,
        name: described?.name ?? known?.name ?? modelId,
        contextWindow: described?.contextWindow ?? known?.contextWindow ?? DEFAULT_LIMITS.contextWindow,
        maxOutputTokens: described?.maxTokens ?? known?.maxOutputTokens ?? DEFAULT_LIMITS.maxOutputTokens,
        reasoning: known !== undefined && known.thinking !== "none",
        input: known?.images ? ["text", "image"] : ["text"],
      };
    }
    case "openai-completions":
      if (config.models && !described) return undefined;
      return {
        ...base,
        name: described?.name ?? modelId,
        contextWindow: described?.contextWindow ?? DEFAULT_LIMITS.contextWindow,
        maxOutputTokens: described?.maxTokens ?? DEFAULT_LIMITS.maxOutputTokens,
        reasoning: false,
        input: ["text"],
      };
    default:
      return config.api satisfies never;
  }
};

const listModels = (provider: Provider, env: ModelCatalogOptions["env"]): (ModelInfo & { available: boolean })[] => {
  const { config, available } = provider;
  const ids =
    config.models?.map((model) => model.id) ??
    (config.api === "bedrock-converse-stream"
      ? KNOWN_BEDROCK_MODELS.map((model) => inferenceProfile(model, regionOf(config, env)))
      : []);
  return ids.flatMap((id) => {
    const info = describeModel(provider, id);
    return info ? [{ ...info, available }] : [];
  });
};

const regionOf = (config: ProviderConfig, env: ModelCatalogOptions["env"]): string =>
  config.region ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION);

const unknownProvider = (ref: string, name: string, known: readonly string[]) =>
  fault("MODEL_NOT_FOUND", {
    message: `The model "${ref}" names the provider "${name}", which is not configured. Known: ${[...known, "offline"].join(", ")}.`,
  });

const unknownModel = (ref: string, { name, config }: Provider) =>
  fault("MODEL_NOT_FOUND", {
    message: `The provider "${name}" does not list the model of "${ref}". Listed: ${(config.models ?? []).map((model) => model.id).join(", ")}.`,
  });
