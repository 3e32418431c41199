/** The most a request can cost, from its size and the prices of its model. */

import {
  TOKENS_PER_IMAGE,
  type ModelCatalog,
  type ModelInfo,
  type ModelMessage,
  type ModelRequest,
} from "@skykoi/model";

/** A token has hardly ever fewer bytes than this, over a whole conversation. */
const BYTES_PER_TOKEN = 2;

export const createWorstCase =
  (catalog: Pick<ModelCatalog, "worstCaseUsd">) =>
  ({ system, messages, tools }: ModelRequest, maxOutputTokens: number, model: ModelInfo): number => {
    const bytes = Buffer.byteLength(JSON.stringify([system, messages, tools]));
    const tokens = Math.ceil(bytes / BYTES_PER_TOKEN) + messages.flatMap(imagesOf).length * TOKENS_PER_IMAGE;
    const call = {
      inputTokens: Math.min(model.contextWindow, tokens),
      maxOutputTokens: Math.min(maxOutputTokens, model.maxOutputTokens),
    };
    return catalog.worstCaseUsd(model.ref, call).usd;
  };

const imagesOf = (message: ModelMessage): readonly unknown[] => {
  if (message.role === "user") return message.images ?? [];
  return message.role === "tool" ? message.results.flatMap(({ images = [] }) => images) : [];
};
