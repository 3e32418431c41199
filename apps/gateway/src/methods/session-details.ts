/** The methods about one session. */

import type { TranscriptEntry } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { parseThinking } from "../runs/thinking.ts";
import { patchSession } from "../sessions/patch-session.ts";
import { providerOf, toSessionRow } from "../sessions/session-row.ts";
import { sessionSettings } from "../sessions/session-settings.ts";
import { toUsd } from "../usage/usage-schema.ts";

type DetailsSource = Pick<GatewayContext, "config" | "catalog" | "resolve" | "store" | "lanes" | "ledger" | "now">;

type DetailMethods = Pick<
  Handlers,
  "sessions.describe" | "sessions.resolve" | "sessions.preview" | "sessions.usage" | "sessions.patch"
>;

const PREVIEW_MESSAGES = 12;
const PREVIEW_CHARS = 240;
const PREVIEW_BYTES = 256 * 1024;
/** Longer than any ledger. */
const ALL_TIME = { from: "0000-01-01", to: "9999-12-31" };

export const createSessionDetailsFeature = (source: DetailsSource): Feature<DetailMethods> => ({
  methods: answers(source),
});

const answers = (source: DetailsSource): DetailMethods => {
  const { config, catalog, resolve, store, ledger, now } = source;
  return {
    "sessions.describe": ({ key, agentId }) => {
      const address = resolve(key, agentId);
      const record = store.record(address);
      return { session: record ? toSessionRow(source, address, record) : null };
    },

    "sessions.resolve": ({ key, sessionId, label, agentId }) => {
      const wanted = key === undefined ? undefined : resolve(key, agentId);
      if (wanted && store.record(wanted)) return { ok: true, key: wanted.key };
      const found = store
        .records()
        .filter(({ key: one }) => agentId === undefined || resolve(one).agentId === agentId)
        .filter(({ record }) => record.sessionId === sessionId || (label !== undefined && record.label === label))
        .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)[0];
      if (!found) throw fault("NOT_FOUND", { message: "There is no such session." });
      return { ok: true, key: found.key };
    },

    "sessions.preview": async ({ keys, limit = PREVIEW_MESSAGES, maxChars = PREVIEW_CHARS }) => {
      const previews = [];
      // One after the other: a list of sessions is no reason to read many files at once.
      for (const written of keys) {
        const address = resolve(written);
        const record = store.record(address);
        if (!record) {
          previews.push({ key: address.key, status: "missing" as const, items: [] });
          continue;
        }
        const query = { limit, maxBytes: PREVIEW_BYTES, withoutInputsOf: [] };
        const { entries } = await store.library(address.agentId).page(record.sessionId, query);
        const items = entries.flatMap((entry) => itemOf(entry, maxChars));
        previews.push({ key: address.key, status: items.length > 0 ? ("ok" as const) : ("empty" as const), items });
      }
      return { ts: now(), previews };
    },

    "sessions.usage": ({ key, agentId }) => {
      const address = resolve(key, agentId);
      const record = store.record(address);
      if (!record) throw fault("NOT_FOUND", { message: `There is no session "${address.key}".` });
      const { sessionId, inputTokens, outputTokens, totalTokens, costUsd } = record;
      const sums = ledger
        .store()
        .sums("sessionKey", ALL_TIME, -1)
        .find(({ name }) => name === address.key);
      const allTime = {
        calls: sums?.calls ?? 0,
        inputTokens: sums ? sums.inputTokens + sums.cacheReadTokens + sums.cacheWriteTokens : 0,
        outputTokens: sums?.outputTokens ?? 0,
        costUsd: toUsd(sums?.nanoUsd ?? 0),
      };
      return { key: address.key, sessionId, inputTokens, outputTokens, totalTokens, costUsd, allTime };
    },

    "sessions.patch": async ({ key, agentId, label, model, thinkingLevel, queueMode }) => {
      const address = resolve(key, agentId);
      const thinking =
        thinkingLevel === undefined ? {} : { thinking: (thinkingLevel && parseThinking(thinkingLevel)) || null };
      const record = await patchSession(source, address, {
        label,
        model,
        ...thinking,
        ...(queueMode !== undefined && { queueMode }),
      });
      const ref = catalog.resolveRef(sessionSettings(address.agentId, record, config.current().agents).model);
      return {
        ok: true,
        key: address.key,
        entry: toSessionRow(source, address, record),
        resolved: { modelProvider: providerOf(ref), model: ref },
      };
    },
  };
};

const itemOf = (entry: TranscriptEntry, maxChars: number) => {
  if (entry.type !== "user" && entry.type !== "assistant") return [];
  const blocks: readonly { readonly type: string; readonly text?: string }[] = entry.content;
  const text = blocks
    .map((block) => (block.type === "text" ? block.text : ""))
    .join("\n")
    .trim();
  if (text === "") return [];
  return [{ role: entry.type, text: text.length > maxChars ? `${text.slice(0, maxChars)}…` : text }];
};
