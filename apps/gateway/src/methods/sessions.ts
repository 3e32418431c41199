/** The methods about sessions, and the end of what was deleted long ago. */

import type { TranscriptEntry } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { beginSession } from "../sessions/begin-session.ts";
import type { SessionRecord } from "../sessions/session-record.ts";

type SessionsSource = Pick<GatewayContext, "agents" | "resolve" | "store" | "lanes" | "hub" | "now" | "log">;

const DEFAULT_LIMIT = 200;
const MINUTE_MS = 60_000;

type SessionMethods = Pick<
  Handlers,
  | "sessions.list"
  | "sessions.search"
  | "sessions.create"
  | "sessions.reset"
  | "sessions.delete"
  | "sessions.subscribe"
  | "sessions.unsubscribe"
>;

const DEFAULT_MATCHES = 20;
const DAY_MS = 86_400_000;
const KEEP_DELETED_MS = 30 * DAY_MS;

export const createSessionsFeature = (source: SessionsSource): Feature<SessionMethods> => ({
  methods: answers(source),
  tick: createPurge(source),
});

/** Once a day. */
const createPurge = ({ agents, store, now, log }: SessionsSource): (() => void) => {
  let lastAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - lastAt < DAY_MS) return;
    lastAt = now();
    for (const agentId of agents.ids) {
      store
        .library(agentId)
        .purge(now() - KEEP_DELETED_MS)
        .catch((error: unknown) => log.warn("deleted transcripts not removed", { agentId, error }));
    }
  };
};

const answers = ({ agents, resolve, store, lanes, hub, now }: SessionsSource): SessionMethods => ({
  "sessions.list": ({ limit = DEFAULT_LIMIT, activeMinutes, agentId }) => {
    const since = activeMinutes === undefined ? 0 : now() - activeMinutes * MINUTE_MS;
    const sessions = store
      .records()
      .map(({ key, record }) => ({ address: resolve(key), record }))
      .filter(({ address, record }) => record.updatedAt >= since && (agentId ?? address.agentId) === address.agentId)
      .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)
      .slice(0, limit)
      .map(({ address, record }) => {
        const hasActiveRun = lanes.running(address.key) !== undefined;
        const isQueued = lanes.waiting(address.key).length > 0;
        const status = hasActiveRun ? ("running" as const) : isQueued ? ("queued" as const) : ("idle" as const);
        return { ...address, ...figuresOf(record), status, hasActiveRun, origin: address.channel };
      });
    return { count: sessions.length, sessions };
  },

  "sessions.search": async ({ query, sessionKey, agentId = agents.defaultId, limit = DEFAULT_MATCHES }) => {
    const address = sessionKey === undefined ? undefined : resolve(sessionKey);
    const library = store.library(address?.agentId ?? agentId);
    const hits = await library.search({ text: query, limit, sessionKeys: address && [address.key] });
    return {
      matches: hits.map(({ sessionKey: key, sessionId, entry, excerpt }) => ({
        sessionKey: key,
        sessionId,
        messageId: entry.id,
        role: roleOf(entry),
        timestamp: entry.timestamp,
        snippet: excerpt,
      })),
    };
  },

  "sessions.create": async ({ key, fromSessionKey, fromMessageId, label }) => {
    const address = resolve(key);
    const source = fromSessionKey === undefined ? undefined : resolve(fromSessionKey);
    const sessionId = await store.create(address, source && { address: source, upToId: fromMessageId });
    store.update(address, (record) => ({ ...record, label: label ?? record.label }));
    await store.save(address);
    return { ok: true, key: address.key, sessionId };
  },

  "sessions.reset": async ({ key }) => {
    const address = resolve(key);
    const previousSessionId = store.record(address)?.sessionId;
    if (previousSessionId === undefined) throw noSession(address.key);
    const sessionId = await beginSession({ store, hub }, address);
    return { ok: true, key: address.key, sessionId, previousSessionId };
  },

  "sessions.delete": async ({ key }) => {
    const address = resolve(key);
    const deleted = store.record(address) !== undefined;
    if (deleted) await store.remove(address);
    return { ok: true, key: address.key, deleted };
  },

  "sessions.subscribe": ({ sessionKey }, { filter }) => {
    filter.subscribe(sessionKey === undefined ? undefined : resolve(sessionKey).key);
    return { ok: true, subscribed: filter.subscribed() };
  },

  "sessions.unsubscribe": ({ sessionKey }, { filter }) => {
    filter.unsubscribe(sessionKey === undefined ? undefined : resolve(sessionKey).key);
    return { ok: true, subscribed: filter.subscribed() };
  },
});

const roleOf = ({ type }: TranscriptEntry): "user" | "assistant" | "notice" =>
  type === "user" || type === "assistant" ? type : "notice";

const noSession = (key: string) => fault("NOT_FOUND", { message: `There is no session "${key}".` });

/** What a list shows of a record. */
const figuresOf = (record: SessionRecord) => {
  const { sessionId, updatedAt, label, model, inputTokens, outputTokens, totalTokens, contextTokens, costUsd } = record;
  return { sessionId, updatedAt, label, model, inputTokens, outputTokens, totalTokens, contextTokens, costUsd };
};
