/** Methods that give the agent one task and wait for what came of it. */

import { Type } from "typebox";

import { closed, count, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

const routing = {
  to: Type.Optional(Type.String()),
  channel: Type.Optional(Type.String()),
  accountId: Type.Optional(Type.String()),
  threadId: Type.Optional(Type.String()),
};

const Payload = closed({ text: Type.String(), mediaUrl: Type.Union([Type.String(), Type.Null()]) });

const exampleRun = {
  runId: "7b0c",
  status: "ok" as const,
  summary: "completed",
  result: { payloads: [{ text: "Done.", mediaUrl: null }], meta: { durationMs: 1200, sessionKey: "agent:main:main" } },
};

export const agentRunMethods = {
  agent: method({
    scope: "operator.write",
    summary: "Gives the agent a message and answers twice on one id: when it is accepted, and when its run has ended.",
    params: closed({
      message: Type.String({ minLength: 1, maxLength: 1_000_000 }),
      idempotencyKey: text(128),
      /** Default: the main session of the agent. */
      sessionKey: Type.Optional(text(512)),
      agentId: Type.Optional(text(64)),
      /** Of this run alone. */
      model: Type.Optional(text(256)),
      thinking: Type.Optional(text(32)),
      /** Seconds. 0: the configured limit. */
      timeout: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
      queueMode: Type.Optional(oneOf(["steer", "followup", "collect", "interrupt"])),
      // What clients of the family send along; the answer goes to the caller.
      ...routing,
      deliver: Type.Optional(Type.Boolean()),
      bestEffortDeliver: Type.Optional(Type.Boolean()),
      replyTo: Type.Optional(Type.String()),
      replyChannel: Type.Optional(Type.String()),
      replyAccountId: Type.Optional(Type.String()),
      groupId: Type.Optional(Type.String()),
      groupChannel: Type.Optional(Type.String()),
      groupSpace: Type.Optional(Type.String()),
      lane: Type.Optional(Type.String()),
      label: Type.Optional(Type.String()),
    }),
    interim: closed({ runId: Type.String(), status: Type.Literal("accepted"), acceptedAt: timestamp() }),
    result: closed({
      runId: Type.String(),
      status: oneOf(["ok", "error", "timeout"]),
      summary: Type.String(),
      result: Type.Optional(
        closed({
          payloads: Type.Array(Payload),
          meta: closed({
            durationMs: count(),
            sessionKey: Type.String(),
            model: Type.Optional(Type.String()),
            stopReason: Type.Optional(Type.String()),
            costUsd: Type.Optional(Type.Number({ minimum: 0 })),
          }),
        }),
      ),
    }),
    example: {
      params: { message: "Tidy the inbox.", idempotencyKey: "7b0c" },
      interim: { runId: "7b0c", status: "accepted", acceptedAt: 1_767_225_600_000 },
      result: exampleRun,
    },
  }),
  "agent.wait": method({
    scope: "operator.write",
    summary: "Waits for the end of a run, also of one that ended before a restart.",
    params: closed({
      runId: text(128),
      /** Where to look for a run of an earlier life. Default: the sessions used last. */
      sessionKey: Type.Optional(text(512)),
      timeoutMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    }),
    result: closed({
      runId: Type.String(),
      /** `timeout`: it has not ended, or is not known. */
      status: oneOf(["ok", "error", "timeout"]),
      error: Type.Optional(Type.String()),
    }),
    example: { params: { runId: "7b0c", timeoutMs: 30_000 }, result: { runId: "7b0c", status: "ok" } },
  }),
  send: method({
    scope: "operator.write",
    summary: "Sends a message to somebody outside: taken durably, delivered once, in the order of its channel.",
    params: closed({
      /** The channel's own address of a person, group or thread. */
      to: text(512),
      message: Type.Optional(Type.String({ maxLength: 100_000 })),
      mediaUrl: Type.Optional(text(4096)),
      mediaUrls: Type.Optional(Type.Array(text(4096), { maxItems: 16 })),
      /** May be left out where one channel is connected. */
      channel: Type.Optional(text(64)),
      accountId: Type.Optional(text(128)),
      threadId: Type.Optional(text(128)),
      idempotencyKey: text(128),
    }),
    result: closed({
      runId: Type.String(),
      channel: Type.String(),
      /** `queued`: it goes on until it is delivered or a day has passed. */
      status: oneOf(["delivered", "queued"]),
      messageId: Type.Optional(Type.String()),
    }),
    example: {
      params: { to: "42", channel: "telegram", message: "Done.", idempotencyKey: "9a1c" },
      result: { runId: "9a1c", channel: "telegram", status: "delivered", messageId: "1007" },
    },
  }),
  "agent.identity.get": method({
    scope: "operator.read",
    summary: "Who an agent is: its id and its name for people.",
    params: closed({ agentId: Type.Optional(text(64)), sessionKey: Type.Optional(text(512)) }),
    result: closed({ agentId: Type.String(), name: Type.String(), nameSource: oneOf(["config", "default"]) }),
    example: { params: {}, result: { agentId: "main", name: "Koi", nameSource: "config" } },
  }),
} as const;
