/** Methods about sessions. */

import { Type } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

export const SessionRow = closed({
  key: Type.String(),
  sessionId: Type.String(),
  kind: oneOf(["main", "direct", "group", "channel", "cron", "hook", "subagent"]),
  /** Whose rules of resetting hold; none for jobs, hooks and sub-agents. */
  type: Type.Optional(oneOf(["direct", "group", "thread"])),
  agentId: Type.String(),
  label: Type.String(),
  createdAt: timestamp(),
  updatedAt: timestamp(),
  /** The last message of a person, or answer to one. */
  lastInteractionAt: Type.Optional(timestamp()),
  status: oneOf(["idle", "running", "queued"]),
  /** What the last run used; before the first: what it would use. */
  model: Type.String(),
  modelProvider: Type.String(),
  thinkingLevel: Type.String(),
  /** The session's own choices, where it has made them. */
  modelOverride: Type.Optional(Type.String()),
  thinkingOverride: Type.Optional(Type.String()),
  queueMode: Type.Optional(Type.String()),
  inputTokens: count(),
  outputTokens: count(),
  totalTokens: count(),
  contextTokens: count(),
  costUsd: Type.Number({ minimum: 0 }),
  hasActiveRun: Type.Boolean(),
  channel: Type.String(),
  origin: Type.String(),
});

const SearchMatch = closed({
  sessionKey: Type.String(),
  sessionId: Type.String(),
  messageId: Type.String(),
  role: oneOf(["user", "assistant", "notice"]),
  timestamp: timestamp(),
  /** About 160 characters around the first of the words. */
  snippet: Type.String(),
});

/** As a client writes it; `main` is the main session of the default agent. */
const key = text(512);

/** Whose key it is, where the key names no agent. */
const agentId = Type.Optional(text(64));

const Entry = closed({ sessionId: Type.String(), updatedAt: timestamp() });

/** What a session without choices of its own uses. */
const Defaults = closed({
  modelProvider: Type.String(),
  model: Type.String(),
  /** The window of that model. */
  contextTokens: Type.Union([count(), Type.Null()]),
  thinkingLevel: Type.String(),
});

/** What clients of the family send along; the rows are the same. */
const listExtras = {
  includeDerivedTitles: Type.Optional(Type.Boolean()),
  includeLastMessage: Type.Optional(Type.Boolean()),
  configuredAgentsOnly: Type.Optional(Type.Boolean()),
  label: Type.Optional(text(512)),
  spawnedBy: Type.Optional(text(512)),
  archived: Type.Optional(Type.Boolean()),
};

const subscription = {
  params: closed({ sessionKey: Type.Optional(text(512)) }),
  result: closed({ ok: Type.Literal(true), subscribed: Type.Array(Type.String()) }),
};

export const sessionMethods = {
  "sessions.list": method({
    scope: "operator.read",
    summary: "The sessions of this gateway, the most recently used first.",
    params: closed({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      activeMinutes: Type.Optional(count()),
      includeGlobal: Type.Optional(Type.Boolean()),
      includeUnknown: Type.Optional(Type.Boolean()),
      agentId: Type.Optional(text(64)),
      /** Words of the key, the name, the channel or the model. */
      search: Type.Optional(text(200)),
      /** Rows to leave out at the beginning: the next page. */
      offset: Type.Optional(count()),
      ...listExtras,
    }),
    result: closed({
      ts: timestamp(),
      count: count(),
      /** Over all pages. */
      totalCount: count(),
      hasMore: Type.Boolean(),
      defaults: Defaults,
      sessions: Type.Array(SessionRow),
    }),
    example: {
      params: { limit: 20 },
      result: {
        ts: 1_767_225_600_000,
        count: 0,
        totalCount: 0,
        hasMore: false,
        defaults: { modelProvider: "offline", model: "offline/demo", contextTokens: 32_000, thinkingLevel: "off" },
        sessions: [],
      },
    },
  }),
  "sessions.search": method({
    scope: "operator.read",
    summary: "Messages that hold all the words, the best first, over all sessions that a key ever had.",
    params: closed({
      query: text(1000),
      /** Default: all sessions of the agent. */
      sessionKey: Type.Optional(text(512)),
      /** Default: the default agent. */
      agentId: Type.Optional(text(64)),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    }),
    result: closed({ matches: Type.Array(SearchMatch) }),
    example: { params: { query: "invoice march" }, result: { matches: [] } },
  }),
  "sessions.create": method({
    scope: "operator.write",
    summary:
      "A new session; with a source it begins with the same messages, up to one of them. A key in use is refused.",
    params: closed({
      /** Default: a key of its own. */
      key: Type.Optional(key),
      agentId,
      fromSessionKey: Type.Optional(key),
      /** The last message taken over. Default: all. */
      fromMessageId: Type.Optional(text(128)),
      label: Type.Optional(text(128)),
      /** A model reference or an alias. */
      model: Type.Optional(text(256)),
      // What clients of the family send along: a new session stands for itself.
      parentSessionKey: Type.Optional(key),
      succeedsParent: Type.Optional(Type.Boolean()),
      emitCommandHooks: Type.Optional(Type.Boolean()),
    }),
    result: closed({ ok: Type.Literal(true), key: Type.String(), sessionId: Type.String(), entry: Entry }),
    example: {
      params: { key: "plan-b", fromSessionKey: "main" },
      result: {
        ok: true,
        key: "agent:main:plan-b",
        sessionId: "ses_02",
        entry: { sessionId: "ses_02", updatedAt: 1_767_225_600_000 },
      },
    },
  }),
  "sessions.reset": method({
    scope: "operator.write",
    summary: "The key stands for a new, empty session from now on. The transcript of the one before stays.",
    params: closed({ key, agentId, reason: Type.Optional(oneOf(["new", "reset"])) }),
    result: closed({
      ok: Type.Literal(true),
      key: Type.String(),
      sessionId: Type.String(),
      previousSessionId: Type.String(),
    }),
    example: {
      params: { key: "main" },
      result: { ok: true, key: "agent:main:main", sessionId: "ses_02", previousSessionId: "ses_01" },
    },
  }),
  "sessions.compact": method({
    scope: "operator.write",
    summary: "Summarizes the older part of a conversation, in a run of its own after those that wait.",
    params: closed({
      key,
      /** What the summary should look at. */
      instructions: Type.Optional(text(4000)),
      /** How long to wait for it. Default: 120 s. */
      timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    }),
    result: closed({
      ok: Type.Literal(true),
      key: Type.String(),
      runId: Type.String(),
      status: oneOf(["done", "failed", "running"]),
      /** False: there was nothing to compact, or it is not over. */
      compacted: Type.Boolean(),
      /** What a person is told of it. */
      message: Type.Optional(Type.String()),
    }),
    example: {
      params: { key: "main" },
      result: { ok: true, key: "agent:main:main", runId: "compact:1", status: "done", compacted: true },
    },
  }),
  "sessions.delete": method({
    scope: "operator.admin",
    summary: "Forgets a session; its transcripts are put aside and removed for good after 30 days.",
    params: closed({ key, agentId, deleteTranscript: Type.Optional(Type.Boolean()) }),
    result: closed({ ok: Type.Literal(true), key: Type.String(), deleted: Type.Boolean() }),
    example: { params: { key: "old" }, result: { ok: true, key: "agent:main:old", deleted: true } },
  }),
  "sessions.subscribe": method({
    scope: "operator.read",
    summary: "Limits the session events of this connection to the named sessions; without a key, all of them.",
    ...subscription,
    example: { params: { sessionKey: "main" }, result: { ok: true, subscribed: ["agent:main:main"] } },
  }),
  "sessions.unsubscribe": method({
    scope: "operator.read",
    summary: "Ends one subscription; without a key, all of them: no session events arrive any more.",
    ...subscription,
    example: { params: { sessionKey: "main" }, result: { ok: true, subscribed: [] } },
  }),
} as const;
