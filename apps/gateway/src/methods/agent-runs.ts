/** `agent`, `agent.wait`, `agent.identity.get`: one task for the agent and what came of it. */

import type { RunOverrides } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import type { MethodParams, MethodResult } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { endInTranscript } from "../runs/end-in-transcript.ts";
import type { RunEnd } from "../runs/frame-mapper.ts";
import { parseThinking } from "../runs/thinking.ts";
import { mainSessionKey, type SessionAddress } from "../sessions/session-key.ts";

type AgentRunsSource = Pick<GatewayContext, "config" | "agents" | "resolve" | "inbox" | "ends" | "store" | "now">;
type AgentRunMethods = Pick<Handlers, "agent" | "agent.wait" | "agent.identity.get">;

/** Longer than any run may take: the run's own limit ends it. */
const LONGEST_RUN_MS = 86_400_000;
const DEFAULT_WAIT_MS = 30_000;
/** Sessions that are opened to look for a run of an earlier life. */
const MAX_SEARCHED = 16;

export const createAgentRunsFeature = (source: AgentRunsSource): Feature<AgentRunMethods> => {
  const gone = new AbortController();
  return { methods: answers(source, gone.signal), stop: () => gone.abort() };
};

const answers = (source: AgentRunsSource, signal: AbortSignal): AgentRunMethods => ({
  agent: async (params, _caller, accepted) => {
    const { resolve, inbox, now } = source;
    const { idempotencyKey: runId, message: text, queueMode } = params;
    const address = resolve(params.sessionKey ?? mainSessionKey(agentIdOf(source, params)));
    const startedAt = now();
    const overrides = overridesOf(params);
    await inbox.accept({ address, runId, text, overrides, ...(queueMode && { queueMode }) });
    accepted({ runId, status: "accepted", acceptedAt: startedAt });
    const end = await endOf(source, { runId, address, timeoutMs: LONGEST_RUN_MS, signal });
    return { runId, ...outcomeOf(end, { sessionKey: address.key, durationMs: Math.max(0, now() - startedAt) }) };
  },

  "agent.wait": async ({ runId, sessionKey, timeoutMs = DEFAULT_WAIT_MS }) => {
    const address = sessionKey === undefined ? undefined : source.resolve(sessionKey);
    const end = await endOf(source, { runId, address, timeoutMs, signal });
    if (!end) return { runId, status: "timeout" };
    if (end.outcome === "completed") return { runId, status: "ok" };
    return { runId, status: "error", error: end.outcome === "aborted" ? STOPPED : end.message };
  },

  "agent.identity.get": (params) => {
    const agentId = agentIdOf(source, params);
    const name = source.config.current().agents.list.find(({ id }) => id === agentId)?.name;
    return { agentId, name: name ?? agentId, nameSource: name === undefined ? "default" : "config" };
  },
});

const STOPPED = "The run was stopped.";

/** Throws NOT_FOUND. */
const agentIdOf = (
  { agents, resolve }: AgentRunsSource,
  { agentId, sessionKey }: { readonly agentId?: string | undefined; readonly sessionKey?: string | undefined },
): string => {
  if (sessionKey !== undefined) return resolve(sessionKey).agentId;
  if (agentId === undefined || agents.ids.includes(agentId)) return agentId ?? agents.defaultId;
  throw fault("NOT_FOUND", { message: `No agent "${agentId}" lives on this gateway.` });
};

const overridesOf = ({ model, thinking, timeout }: MethodParams<"agent">): RunOverrides => {
  const level = parseThinking(thinking);
  return {
    ...(model !== undefined && { model }),
    ...(level !== undefined && { thinking: level }),
    ...(timeout !== undefined && timeout > 0 && { timeoutMs: timeout * 1000 }),
  };
};

interface Awaited {
  readonly runId: string;
  readonly address: SessionAddress | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A run that is under way is waited for; one that is not is looked up in the transcripts, then waited for. */
const endOf = async (source: AgentRunsSource, { runId, address, timeoutMs, signal }: Awaited) => {
  const { ends, inbox } = source;
  if (inbox.sessionOf(runId) === undefined) {
    const found = ends.recent(runId) ?? (await findEnd(source, runId, address));
    if (found) return found;
  }
  return ends.wait(runId, { timeoutMs, signal });
};

const findEnd = async ({ store, resolve }: AgentRunsSource, runId: string, address: SessionAddress | undefined) => {
  const candidates = address ? [address] : lastUsed(store).map((key) => resolve(key));
  for (const candidate of candidates) {
    if (!store.record(candidate)) continue;
    const { session, release } = await store.acquire(candidate);
    try {
      const found = endInTranscript(await session.transcript.context(), runId);
      if (found) return found.end;
    } finally {
      release();
    }
  }
  return undefined;
};

const lastUsed = (store: AgentRunsSource["store"]): string[] =>
  store
    .records()
    .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)
    .slice(0, MAX_SEARCHED)
    .map(({ key }) => key);

const outcomeOf = (
  end: RunEnd | undefined,
  facts: { readonly sessionKey: string; readonly durationMs: number },
): Omit<MethodResult<"agent">, "runId"> => {
  if (!end) return { status: "timeout", summary: "The gateway stopped waiting; the run is in the conversation." };
  switch (end.outcome) {
    case "completed": {
      const text = end.message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
      const { model, stopReason } = end.message;
      const meta = { ...facts, model, stopReason, costUsd: end.costUsd };
      return { status: "ok", summary: "completed", result: { payloads: [{ text, mediaUrl: null }], meta } };
    }
    case "aborted":
      return { status: "error", summary: STOPPED };
    default:
      return { status: end.code === "TIMEOUT" ? "timeout" : "error", summary: end.message };
  }
};
