/** The catalogue of models: which exist, what they cost, and how to get one without loading any other. */

import { fault } from "@skykoi/fault";

import { modelAliases, resolveAlias, withoutAlias } from "./aliases.ts";
import { embeddingPrice } from "./embeddings/known-embeddings.ts";
import type { Embedder } from "./embeddings/embedder.ts";
import { knownPrice } from "./known-models.ts";
import { parseModelRef } from "./model-ref.ts";
import { OFFLINE_INFO, OFFLINE_REF } from "./offline/offline-info.ts";
import type {
  LanguageModel,
  ModelCatalog,
  ModelCatalogOptions,
  ModelInfo,
  ModelPrice,
  ProviderConfig,
} from "./port.ts";
import { dearestPriceOf, priceOf } from "./price.ts";
import { describeModel, knownProviders, listModels, regionOf, type Provider } from "./providers.ts";

export const createModelCatalog = (options: ModelCatalogOptions): ModelCatalog => {
  const providers = knownProviders(options);
  const aliases = modelAliases(options, providers);
  const resolveRef = (ref: string): string => resolveAlias(ref, aliases);

  const providerOf = (ref: string): { provider: Provider; modelId: string } => {
    const { provider: name, modelId } = parseModelRef(ref);
    const provider = providers.get(name);
    if (!provider) throw unknownProvider(ref, name, [...providers.keys()]);
    return { provider, modelId };
  };

  const models = createOnce(async (ref: string): Promise<LanguageModel> => {
    if (ref === OFFLINE_REF) {
      const { createOfflineModel } = await import("./offline/offline-model.ts");
      return createOfflineModel(
        options.offlineChunkDelayMs === undefined ? {} : { chunkDelayMs: options.offlineChunkDelayMs },
      );
    }
    const { provider, modelId } = providerOf(ref);
    const info = describeModel(provider, modelId);
    if (!info) throw unknownModel(ref, provider);
    return loadModel(info, modelId, provider.config, options.env);
  });

  const embedders = createOnce(async (ref: string): Promise<Embedder> => {
    const { provider, modelId } = providerOf(ref);
    return loadEmbedder(ref, modelId, provider.config, options.env);
  });

  /** The configured price, else the published one. */
  const price = (name: string): ModelPrice | undefined => {
    const ref = withoutAlias(name, aliases);
    const configured = Object.hasOwn(options.prices, ref) ? options.prices[ref] : undefined;
    if (configured) return configured;
    const slash = ref.indexOf("/");
    const provider = providers.get(ref.slice(0, slash));
    if (!provider || !billsAsPublished(provider)) return undefined;
    const modelId = ref.slice(slash + 1);
    return knownPrice(provider.config.api, modelId) ?? embeddingPrice(modelId);
  };

  return {
    resolveRef,
    aliases: () => aliases,
    resolve: async (ref) => models(resolveRef(ref)),
    list: () => [
      ...[...providers.values()].flatMap((provider) => listModels(provider, options.env)),
      { ...OFFLINE_INFO, available: true },
    ],
    costUsd: (ref, usage) => {
      const known = price(ref);
      return known ? priceOf(known, usage) : 0;
    },
    worstCaseUsd: (ref, call) => {
      const known = price(ref);
      if (known) return { usd: dearestPriceOf(known, call), hasPrice: true };
      return { usd: 0, hasPrice: withoutAlias(ref, aliases) === OFFLINE_REF };
    },
    embed: async (ref, texts, signal, purpose = "document") => {
      if (signal.aborted) throw fault("ABORTED");
      if (texts.length === 0) return { vectors: [], inputTokens: 0 };
      const embedder = await embedders(resolveRef(ref));
      return embedder({ texts, signal, purpose });
    },
  };
};

/** Each value is made once; a failed making may be tried again by a later call. */
const createOnce = <T>(make: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const present = made.get(key);
    if (present) return present;
    const making = make(key);
    made.set(key, making);
    making.catch(() => made.delete(key)); // The caller gets the failure.
    return making;
  };
};

/** Another server may serve a model of the same name, at any price. */
const billsAsPublished = ({ name, config }: Provider): boolean =>
  config.api !== "openai-completions" || name === "openai";

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
    case "anthropic-messages": {
      const { createAnthropicModel } = await import("./anthropic/anthropic-model.ts");
      return createAnthropicModel({ info, modelId, config });
    }
    case "openai-completions": {
      const { createOpenAiModel } = await import("./openai/openai-model.ts");
      return createOpenAiModel({ info, modelId, config });
    }
    default:
      return config.api satisfies never;
  }
};

const loadEmbedder = async (
  ref: string,
  modelId: string,
  config: ProviderConfig,
  env: ModelCatalogOptions["env"],
): Promise<Embedder> => {
  switch (config.api) {
    case "bedrock-converse-stream": {
      const { createBedrockEmbedder } = await import("./embeddings/bedrock-embedder.ts");
      return createBedrockEmbedder({ modelId, config, env, region: regionOf(config, env) });
    }
    case "openai-completions": {
      const { createOpenAiEmbedder } = await import("./embeddings/openai-embedder.ts");
      return createOpenAiEmbedder({ ref, modelId, config });
    }
    case "anthropic-messages":
      throw fault("MODEL_NOT_FOUND", { message: `The provider of "${ref}" offers no embeddings.` });
    default:
      return config.api satisfies never;
  }
};

const unknownProvider = (ref: string, name: string, known: readonly string[]) =>
  fault("MODEL_NOT_FOUND", {
    message: `The model "${ref}" names the provider "${name}", which is not configured. Known: ${[...known, "offline"].join(", ")}.`,
  });

const unknownModel = (ref: string, { name, config }: Provider) =>
  fault("MODEL_NOT_FOUND", {
    message: `The provider "${name}" does not list the model of "${ref}". Listed: ${(config.models ?? []).map((model) => model.id).join(", ")}.`,
  });
