/** Methods that speak with the agent. */

import { Type } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { ChatMessage } from "../message.ts";
import { method } from "../method.ts";

const sessionKey = text(512);
const idempotencyKey = text(128);
/** Whose key it is, where the key names no agent. */
const agentId = Type.Optional(text(64));

/** An accepted message whose run has not begun. */
const PendingInput = closed({ runId: Type.String(), text: Type.String(), acceptedAt: timestamp() });

export const chatMethods = {
  "chat.send": method({
    scope: "operator.write",
    summary: "Accepts a message, durably, and starts or queues its run. The idempotency key is the run id.",
    params: closed({
      sessionKey,
      /** May be empty beside an attachment. */
      message: Type.String({ maxLength: 1_000_000 }),
      idempotencyKey,
      /** Pictures (PNG, JPEG, GIF, WebP, 3.75 MB each) and text files (200,000 characters each). */
      attachments: Type.Optional(
        Type.Array(
          closed({
            type: Type.Optional(text(64)),
            mimeType: Type.Optional(text(128)),
            fileName: Type.Optional(text(256)),
            /** Base64, or a data URL. */
            content: Type.String({ minLength: 1, maxLength: 6_000_000 }),
          }),
          { maxItems: 8 },
        ),
      ),
      /** How it waits when the session is busy. Default: as the session does. */
      queueMode: Type.Optional(oneOf(["steer", "followup", "collect", "interrupt"])),
      agentId,
      // What clients of the family send along: the key alone says which session, and whoever reads it gets the answer.
      sessionId: Type.Optional(text(128)),
      deliver: Type.Optional(Type.Boolean()),
      thinking: Type.Optional(text(32)),
      timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    }),
    result: closed({ runId: Type.String(), status: oneOf(["started", "in_flight", "ok"]) }),
    example: {
      params: { sessionKey: "main", message: "run `uname -a`", idempotencyKey: "7b0c" },
      result: { runId: "7b0c", status: "started" },
    },
  }),
  "chat.history": method({
    scope: "operator.read",
    summary: "The newest page of a session's messages, or the page before a message.",
    params: closed({
      sessionKey,
      agentId,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      before: Type.Optional(text(128)),
    }),
    result: closed({
      sessionKey: Type.String(),
      sessionId: Type.String(),
      /** Oldest first. */
      messages: Type.Array(ChatMessage),
      hasMore: Type.Boolean(),
      totalMessages: count(),
      /** Set once the session exists. */
      thinkingLevel: Type.Optional(Type.String()),
      pendingInputs: Type.Array(PendingInput),
      /** The run under way, so that a client that just arrived can show and stop it. */
      activeRunId: Type.Optional(Type.String()),
      /** `resume` from here continues exactly after this page. */
      cursor: Type.String(),
    }),
    example: {
      params: { sessionKey: "main", limit: 50 },
      result: {
        sessionKey: "agent:main:main",
        sessionId: "ses_01",
        messages: [],
        hasMore: false,
        totalMessages: 0,
        pendingInputs: [],
        cursor: "1:0",
      },
    },
  }),
  "chat.inject": method({
    scope: "operator.write",
    summary: "Puts a note into a conversation, for its readers and not for the model, without a run.",
    params: closed({ sessionKey, message: text(100_000), label: Type.Optional(text(100)) }),
    result: closed({ ok: Type.Literal(true), messageId: Type.String() }),
    example: {
      params: { sessionKey: "main", message: "The backup is done.", label: "Backup" },
      result: { ok: true, messageId: "01" },
    },
  }),
  "chat.abort": method({
    scope: "operator.write",
    summary: "Stops a run, or all runs of a session: queued ones are dropped, the running one gets the signal.",
    params: closed({
      sessionKey,
      agentId,
      runId: Type.Optional(idempotencyKey),
      // Of clients of the family; every run of a session is a main one.
      preserveSideRuns: Type.Optional(Type.Boolean()),
    }),
    result: closed({ ok: Type.Boolean(), aborted: Type.Boolean(), runIds: Type.Array(Type.String()) }),
    example: { params: { sessionKey: "main" }, result: { ok: true, aborted: true, runIds: ["7b0c"] } },
  }),
} as const;
