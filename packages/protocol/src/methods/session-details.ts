/** Methods about one session: what it is, what was said last, what it costs, what it does differently. */

import { Type } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";
import { SessionRow } from "./sessions.ts";

const key = text(512);
/** Whose key it is, where the key names no agent. */
const agentId = Type.Optional(text(64));

const orDefault = <T extends Parameters<typeof Type.Optional>[0]>(value: T) =>
  Type.Optional(Type.Union([value, Type.Null()]));

const costUsd = Type.Number({ minimum: 0 });

const exampleRow = {
  key: "agent:main:main",
  sessionId: "ses_01",
  kind: "main" as const,
  type: "direct" as const,
  agentId: "main",
  label: "agent:main:main",
  createdAt: 1_767_225_600_000,
  updatedAt: 1_767_225_600_000,
  status: "idle" as const,
  model: "offline/demo",
  modelProvider: "offline",
  thinkingLevel: "off",
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  contextTokens: 0,
  costUsd: 0,
  hasActiveRun: false,
  channel: "webchat",
  origin: "webchat",
};

export const sessionDetailMethods = {
  "sessions.describe": method({
    scope: "operator.read",
    summary: "One session as a row of the list, or null.",
    params: closed({ key, agentId }),
    result: closed({ session: Type.Union([SessionRow, Type.Null()]) }),
    example: { params: { key: "main" }, result: { session: exampleRow } },
  }),
  "sessions.resolve": method({
    scope: "operator.read",
    summary: "The full key of a session by its key, its id or its name.",
    params: closed({
      key: Type.Optional(key),
      sessionId: Type.Optional(text(128)),
      label: Type.Optional(text(128)),
      agentId,
      // What clients of the family send along; every session is found.
      includeGlobal: Type.Optional(Type.Boolean()),
      includeUnknown: Type.Optional(Type.Boolean()),
      allowMissing: Type.Optional(Type.Boolean()),
    }),
    result: closed({ ok: Type.Literal(true), key: Type.String() }),
    example: { params: { label: "Plan B" }, result: { ok: true, key: "agent:main:plan-b" } },
  }),
  "sessions.preview": method({
    scope: "operator.read",
    summary: "The last words of some sessions.",
    params: closed({
      keys: Type.Array(key, { minItems: 1, maxItems: 64 }),
      /** Messages of each. Default: 12. */
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
      /** Of each message. Default: 240. */
      maxChars: Type.Optional(Type.Integer({ minimum: 20, maximum: 2000 })),
    }),
    result: closed({
      ts: timestamp(),
      previews: Type.Array(
        closed({
          key: Type.String(),
          status: oneOf(["ok", "empty", "missing"]),
          items: Type.Array(closed({ role: oneOf(["user", "assistant"]), text: Type.String() })),
        }),
      ),
    }),
    example: {
      params: { keys: ["main"] },
      result: {
        ts: 1_767_225_600_000,
        previews: [{ key: "agent:main:main", status: "ok", items: [{ role: "user", text: "hello" }] }],
      },
    },
  }),
  "sessions.usage": method({
    scope: "operator.read",
    summary: "What a session used since its last reset, and what its key used over all sessions it stood for.",
    params: closed({ key, agentId }),
    result: closed({
      key: Type.String(),
      sessionId: Type.String(),
      inputTokens: count(),
      outputTokens: count(),
      totalTokens: count(),
      costUsd,
      /** Of the ledger: also what failed or was stopped. */
      allTime: closed({ calls: count(), inputTokens: count(), outputTokens: count(), costUsd }),
    }),
    example: {
      params: { key: "main" },
      result: {
        key: "agent:main:main",
        sessionId: "ses_01",
        inputTokens: 1200,
        outputTokens: 300,
        totalTokens: 1500,
        costUsd: 0.02,
        allTime: { calls: 9, inputTokens: 12_000, outputTokens: 3000, costUsd: 0.2 },
      },
    },
  }),
  "sessions.patch": method({
    scope: "operator.write",
    summary: "What a session does differently from now on, also after a reset; null: as the configuration says.",
    params: closed({
      key,
      agentId,
      label: orDefault(text(128)),
      /** A model reference or an alias. */
      model: orDefault(text(256)),
      thinkingLevel: orDefault(text(32)),
      queueMode: orDefault(oneOf(["steer", "followup", "collect", "interrupt"])),
      // How clients of the family show an answer: theirs to remember, without effect here.
      verboseLevel: orDefault(text(32)),
      reasoningLevel: orDefault(text(32)),
      responseUsage: orDefault(text(32)),
    }),
    result: closed({
      ok: Type.Literal(true),
      key: Type.String(),
      entry: SessionRow,
      resolved: closed({ modelProvider: Type.String(), model: Type.String() }),
    }),
    example: {
      params: { key: "main", thinkingLevel: "off" },
      result: {
        ok: true,
        key: "agent:main:main",
        entry: exampleRow,
        resolved: { modelProvider: "offline", model: "offline/demo" },
      },
    },
  }),
} as const;
