/** The catalogue of the models that are configured now: another one after `models` changed. */

import { isDeepStrictEqual } from "node:util";

import type { SkykoiConfig } from "@skykoi/config";
import type { ModelCatalog } from "@skykoi/model";

import type { LiveConfig } from "../live-config.ts";

type Models = SkykoiConfig["models"];

/** A turn that holds a model of an earlier catalogue keeps it to its end. */
export const createLiveCatalog = (config: LiveConfig, create: (models: Models) => ModelCatalog): ModelCatalog => {
  let current = create(config.current().models);
  config.subscribe((next, before) => {
    if (!isDeepStrictEqual(next.models, before.models)) current = create(next.models);
  });
  return {
    resolveRef: (ref) => current.resolveRef(ref),
    aliases: () => current.aliases(),
    resolve: (ref) => current.resolve(ref),
    list: () => current.list(),
    costUsd: (ref, usage) => current.costUsd(ref, usage),
    worstCaseUsd: (ref, call) => current.worstCaseUsd(ref, call),
    embed: (ref, texts, signal, purpose) => current.embed(ref, texts, signal, purpose),
  };
};
