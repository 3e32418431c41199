/** A session as lists show it. */

import type { ModelCatalog } from "@skykoi/model";
import type { MethodResult } from "@skykoi/protocol";

import type { Lanes } from "../lanes/lanes.ts";
import type { LiveConfig } from "../live-config.ts";
import type { Run } from "../runs/run.ts";
import { sessionTypeOf, type SessionAddress } from "./session-key.ts";
import type { SessionRecord } from "./session-record.ts";
import { sessionSettings } from "./session-settings.ts";

export interface RowSource {
  readonly config: LiveConfig;
  readonly catalog: Pick<ModelCatalog, "resolveRef" | "list">;
  readonly lanes: Pick<Lanes<Run>, "running" | "waiting">;
}

export type SessionRow = MethodResult<"sessions.list">["sessions"][number];

export const toSessionRow = (source: RowSource, address: SessionAddress, record: SessionRecord): SessionRow => {
  const { sessionId, createdAt, updatedAt, lastInteractionAt, label, overrides = {} } = record;
  const { inputTokens, outputTokens, totalTokens, contextTokens, costUsd } = record;
  const settings = sessionSettings(address.agentId, record, source.config.current().agents);
  const hasActiveRun = source.lanes.running(address.key) !== undefined;
  const isQueued = source.lanes.waiting(address.key).length > 0;
  const model = record.model || refOf(source, settings.model);
  const type = sessionTypeOf(address.key);
  return {
    ...address,
    ...(type && { type }),
    sessionId,
    label,
    createdAt,
    updatedAt,
    ...(lastInteractionAt !== undefined && { lastInteractionAt }),
    status: hasActiveRun ? "running" : isQueued ? "queued" : "idle",
    hasActiveRun,
    origin: address.channel,
    model,
    modelProvider: providerOf(model),
    thinkingLevel: settings.thinking,
    ...(overrides.model !== undefined && { modelOverride: overrides.model }),
    ...(overrides.thinking !== undefined && { thinkingOverride: overrides.thinking }),
    ...(overrides.queueMode !== undefined && { queueMode: overrides.queueMode }),
    inputTokens,
    outputTokens,
    totalTokens,
    contextTokens,
    costUsd,
  };
};

/** What a session of this agent without choices of its own uses. */
export const sessionDefaults = (source: RowSource, agentId: string): MethodResult<"sessions.list">["defaults"] => {
  const settings = sessionSettings(agentId, undefined, source.config.current().agents);
  const model = refOf(source, settings.model);
  const contextTokens = source.catalog.list().find(({ ref }) => ref === model)?.contextWindow ?? null;
  return { modelProvider: providerOf(model), model, contextTokens, thinkingLevel: settings.thinking };
};

/** Whether every word of the search is in what a person sees of the row. */
export const matchesRow = ({ key, label, channel, model }: SessionRow, search: string): boolean => {
  const seen = `${key} ${label} ${channel} ${model}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => seen.includes(word));
};

/** What an alias stands for; an alias that is gone stays as it is, and its next run says so. */
const refOf = ({ catalog }: RowSource, model: string): string => {
  try {
    return catalog.resolveRef(model);
  } catch {
    return model;
  }
};

export const providerOf = (ref: string): string => ref.split("/", 1)[0] ?? "";
