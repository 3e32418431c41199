/** The sessions of the gateway, as the agent's tools may use them. */

import { createHash } from "node:crypto";

import type { SessionOperations, TranscriptEntry } from "@skykoi/agent";
import { isFault } from "@skykoi/fault";
import type { ModelCatalog } from "@skykoi/model";

import type { Lanes } from "../lanes/lanes.ts";
import type { LiveConfig } from "../live-config.ts";
import type { RunEnd } from "../runs/frame-mapper.ts";
import type { Inbox } from "../runs/inbox.ts";
import type { RunEnds } from "../runs/run-ends.ts";
import type { Run } from "../runs/run.ts";
import type { Subagents } from "../subagents/load-subagents.ts";
import type { SpendLedger } from "../usage/spend-ledger.ts";
import { toUsd } from "../usage/usage-schema.ts";
import { createReach, type ReachSource } from "./session-reach.ts";

export interface SessionOperationsOptions extends ReachSource {
  readonly lanes: Lanes<Run>;
  readonly inbox: Inbox;
  readonly ends: RunEnds;
  readonly ledger: SpendLedger;
  readonly config: LiveConfig;
  readonly catalog: ModelCatalog;
  readonly subagents: Subagents;
}

const MAX_PAGE_BYTES = 256 * 1024;

export const createSessionOperations = (options: SessionOperationsOptions): SessionOperations => {
  const { resolve, store, lanes, inbox, ends, ledger, config, catalog, subagents } = options;
  const reach = createReach(options);

  const stateOf = (key: string) => {
    if (lanes.running(key)) return "running";
    return lanes.waiting(key).length > 0 ? "queued" : "idle";
  };

  return {
    list: (run, limit) =>
      store
        .records()
        .map(({ key, record }) => ({ address: resolve(key), record }))
        .filter(({ address }) => reach.isWithin(run, address))
        .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)
        .slice(0, limit)
        .map(({ address: { key: sessionKey, kind }, record: { label, updatedAt, totalTokens } }) => {
          return { sessionKey, kind, label, status: stateOf(sessionKey), updatedAt, totalTokens };
        }),

    history: async (run, { sessionKey, limit }) => {
      const found = reach.find(run, sessionKey);
      if (!found.ok) return found;
      const { key, agentId } = found.address;
      const sessionId = store.record(found.address)?.sessionId ?? "";
      const withoutInputsOf = lanes.waiting(key).map(({ id }) => id);
      const query = { limit, before: undefined, withoutInputsOf, maxBytes: MAX_PAGE_BYTES };
      const { entries, hasMore } = await store.library(agentId).page(sessionId, query);
      return { ok: true, lines: entries.flatMap(spoken), hasMore };
    },

    send: async ({ run, toolCallId }, { sessionKey, text, waitMs }, signal) => {
      const found = reach.find(run, sessionKey);
      if (!found.ok) return found;
      const { address } = found;
      if (address.key === run.sessionKey) return { ok: false, reason: "This is that session; just say it." };
      const id = createHash("sha256").update(`${run.sessionKey}\0${run.runId}\0${toolCallId}`).digest("hex");
      const runId = `session:${id.slice(0, 32)}`;
      const rootRunId = lanes.running(run.sessionKey)?.overrides.rootRunId ?? run.runId;
      try {
        await inbox.accept({
          address,
          runId,
          text: `[From your session ${run.sessionKey}]\n\n${text}`,
          origin: { kind: "session", label: run.sessionKey },
          overrides: { rootRunId },
        });
      } catch (thrown) {
        if (isFault(thrown)) return { ok: false, reason: thrown.message };
        throw thrown;
      }
      const end = waitMs > 0 ? await ends.wait(runId, { timeoutMs: waitMs, signal }) : undefined;
      return { ok: true, end: end ? toSendEnd(end) : { kind: "accepted" } };
    },

    spawn: async (caller, request, signal) => (await subagents.room()).spawn(caller, request, signal),

    status: (run, written) => {
      const found = reach.find(run, written ?? run.sessionKey);
      if (!found.ok) return found;
      const record = store.record(found.address);
      const { maxUsdPerRun, maxUsdPerDay, maxUsdPerMonth } = config.current().limits;
      const { dayNanoUsd, monthNanoUsd } = ledger.today();
      const model = record?.model ?? "";
      return {
        ok: true,
        status: {
          sessionKey: found.address.key,
          model,
          totalTokens: record?.totalTokens ?? 0,
          costUsd: record?.costUsd ?? 0,
          contextTokens: record?.contextTokens ?? 0,
          contextWindow: catalog.list().find(({ ref }) => ref === model)?.contextWindow,
          today: { usedUsd: toUsd(dayNanoUsd), maxUsd: maxUsdPerDay },
          month: { usedUsd: toUsd(monthNanoUsd), maxUsd: maxUsdPerMonth },
          maxUsdPerRun,
          subagents: subagents.of(found.address.key).map(({ sessionKey, label }) => ({ sessionKey, label })),
        },
      };
    },
  };
};

/** What people and the agent said, without tools and their output. */
const spoken = (entry: TranscriptEntry) => {
  if (entry.type !== "user" && entry.type !== "assistant") return [];
  const text = entry.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  return text === "" ? [] : [{ role: entry.type, timestamp: entry.timestamp, text }];
};

const toSendEnd = (end: RunEnd) => {
  switch (end.outcome) {
    case "completed":
      return { kind: "answered" as const, text: spoken(end.message)[0]?.text ?? "" };
    case "aborted":
      return { kind: "failed" as const, reason: "the answer was stopped." };
    default:
      return { kind: "failed" as const, reason: `the answer failed: ${end.message}` };
  }
};
