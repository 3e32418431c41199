/** The most a request can cost, from its size and the prices of its model. */

import { NO_USAGE, type LanguageModel, type ModelCatalog, type ModelRequest } from "@skykoi/model";

/** A token has hardly ever fewer bytes than this, over a whole conversation. */
const BYTES_PER_TOKEN = 2;

export const createWorstCase =
  ({ info }: LanguageModel, catalog: Pick<ModelCatalog, "costUsd">) =>
  ({ system, messages, tools }: ModelRequest, maxOutputTokens: number): number => {
    const bytes = Buffer.byteLength(JSON.stringify([system, messages, tools]));
    const inputTokens = Math.min(info.contextWindow, Math.ceil(bytes / BYTES_PER_TOKEN));
    const cost = (usage: Partial<typeof NO_USAGE>): number => catalog.costUsd(info.ref, { ...NO_USAGE, ...usage });
    // Whatever is new may be written to the cache, at a price of its own.
    const input = Math.max(cost({ inputTokens }), cost({ cacheWriteTokens: inputTokens }));
    return input + cost({ outputTokens: Math.min(maxOutputTokens, info.maxOutputTokens) });
  };
