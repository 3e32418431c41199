/** The methods about sessions, and the end of what was deleted long ago. */

import { randomUUID } from "node:crypto";

import type { TranscriptEntry } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { beginSession } from "../sessions/begin-session.ts";
import { compactSession, type CompactSource } from "../sessions/compact-session.ts";
import { patchSession } from "../sessions/patch-session.ts";
import { matchesRow, sessionDefaults, toSessionRow } from "../sessions/session-row.ts";

type SessionsSource = Pick<
  GatewayContext,
  "config" | "catalog" | "agents" | "resolve" | "store" | "lanes" | "hub" | "now" | "log"
> &
  CompactSource;

const DEFAULT_LIMIT = 200;
const MINUTE_MS = 60_000;

type SessionMethods = Pick<
  Handlers,
  | "sessions.list"
  | "sessions.search"
  | "sessions.create"
  | "sessions.reset"
  | "sessions.compact"
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

const answers = (source: SessionsSource): SessionMethods => {
  const { agents, resolve, store, catalog, hub, now } = source;
  return {
    "sessions.list": ({ limit = DEFAULT_LIMIT, offset = 0, activeMinutes, agentId, search = "" }) => {
      const since = activeMinutes === undefined ? 0 : now() - activeMinutes * MINUTE_MS;
      const found = store
        .records()
        .map(({ key, record }) => ({ address: resolve(key), record }))
        .filter(({ address, record }) => record.updatedAt >= since && (agentId ?? address.agentId) === address.agentId)
        .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)
        .map(({ address, record }) => toSessionRow(source, address, record))
        .filter((row) => matchesRow(row, search.trim()));
      const sessions = found.slice(offset, offset + limit);
      return {
        ts: now(),
        count: sessions.length,
        totalCount: found.length,
        hasMore: offset + sessions.length < found.length,
        defaults: sessionDefaults(source, agentId ?? agents.defaultId),
        sessions,
      };
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

    "sessions.create": async ({ key = randomUUID(), agentId, fromSessionKey, fromMessageId, label, model }) => {
      const address = resolve(key, agentId);
      const from = fromSessionKey === undefined ? undefined : resolve(fromSessionKey, agentId);
      if (model !== undefined) await catalog.resolve(model);
      const sessionId = await store.create(address, from && { address: from, upToId: fromMessageId });
      const { updatedAt } = await patchSession({ store, catalog }, address, { label, model });
      return { ok: true, key: address.key, sessionId, entry: { sessionId, updatedAt } };
    },

    "sessions.reset": async ({ key, agentId }) => {
      const address = resolve(key, agentId);
      const previousSessionId = store.record(address)?.sessionId;
      if (previousSessionId === undefined) throw noSession(address.key);
      const sessionId = await beginSession({ store, hub }, address);
      return { ok: true, key: address.key, sessionId, previousSessionId };
    },

    "sessions.compact": (params) => compactSession(source, params),

    "sessions.delete": async ({ key, agentId }) => {
      const address = resolve(key, agentId);
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
  };
};

const roleOf = ({ type }: TranscriptEntry): "user" | "assistant" | "notice" =>
  type === "user" || type === "assistant" ? type : "notice";

const noSession = (key: string) => fault("NOT_FOUND", { message: `There is no session "${key}".` });
