/** Short names for models: those of the configuration, and a few that are always there. */

import { fault } from "@skykoi/fault";

import { knownModels, offeredId } from "./known-models.ts";
import { OFFLINE_REF } from "./offline/offline-info.ts";
import type { ModelCatalogOptions } from "./port.ts";
import { BEDROCK, regionOf, type Provider } from "./providers.ts";

const FAMILIES = ["opus", "sonnet", "haiku"] as const;

/** Claude by family comes from Bedrock, or from Anthropic where only that is configured. */
export const modelAliases = (
  { aliases = {}, env }: ModelCatalogOptions,
  providers: ReadonlyMap<string, Provider>,
): Readonly<Record<string, string>> => {
  const [bedrock, anthropic] = [providers.get(BEDROCK), providers.get("anthropic")];
  const provider = anthropic?.available && !bedrock?.available ? anthropic : bedrock;
  const families = FAMILIES.flatMap((family) => {
    const api = provider?.config.api;
    const model = api && knownModels(api).find((known) => known.family.startsWith(`claude-${family}-`));
    if (!provider || !api || !model) return [];
    return [[family, `${provider.name}/${offeredId(api, model, regionOf(provider.config, env))}`]];
  });
  return { ...Object.fromEntries(families), demo: OFFLINE_REF, ...aliases };
};

/** What an alias stands for; anything else as it is. */
export const withoutAlias = (ref: string, aliases: Readonly<Record<string, string>>): string =>
  (Object.hasOwn(aliases, ref) ? aliases[ref] : undefined) ?? ref;

/** Throws MODEL_NOT_FOUND for what is neither an alias nor has the form of a reference. */
export const resolveAlias = (ref: string, aliases: Readonly<Record<string, string>>): string => {
  const target = withoutAlias(ref, aliases);
  if (target.includes("/")) return target;
  throw fault("MODEL_NOT_FOUND", {
    message: `"${ref}" is neither a model reference nor an alias; write provider/model, or one of: ${Object.keys(aliases).join(", ")}.`,
  });
};
