/** Methods about sessions. */

import { Type } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

const SessionRow = closed({
  key: Type.String(),
  sessionId: Type.String(),
  kind: oneOf(["main", "group", "channel", "cron", "hook", "subagent"]),
  agentId: Type.String(),
  label: Type.String(),
  updatedAt: timestamp(),
  status: oneOf(["idle", "running", "queued"]),
  model: Type.String(),
  inputTokens: count(),
  outputTokens: count(),
  totalTokens: count(),
  contextTokens: count(),
  costUsd: Type.Number({ minimum: 0 }),
  hasActiveRun: Type.Boolean(),
  channel: Type.String(),
  origin: Type.String(),
});

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
    }),
    result: closed({ count: count(), sessions: Type.Array(SessionRow) }),
    example: { params: { limit: 20 }, result: { count: 0, sessions: [] } },
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
