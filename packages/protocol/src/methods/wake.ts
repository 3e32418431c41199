/** Methods about what reaches the main session without a person: system events and wakes. */

import { Type } from "typebox";

import { closed, oneOf, text } from "../closed.ts";
import { method } from "../method.ts";

const sessionKey = Type.Optional(text(512));

export const wakeMethods = {
  "system-event": method({
    scope: "operator.write",
    summary:
      "Queues a text, durably, that the model is shown with the next turn of the session. `Node: …` is presence and shown to nobody.",
    params: closed({
      text: text(20_000),
      sessionKey,
      /** The same key again is the same event. */
      idempotencyKey: Type.Optional(text(128)),
      wake: Type.Optional(Type.Boolean()),
      deviceId: Type.Optional(Type.String({ maxLength: 256 })),
      instanceId: Type.Optional(Type.String({ maxLength: 256 })),
      host: Type.Optional(Type.String({ maxLength: 256 })),
      ip: Type.Optional(Type.String({ maxLength: 256 })),
      mode: Type.Optional(Type.String({ maxLength: 256 })),
      version: Type.Optional(Type.String({ maxLength: 256 })),
      platform: Type.Optional(Type.String({ maxLength: 256 })),
      deviceFamily: Type.Optional(Type.String({ maxLength: 256 })),
      modelIdentifier: Type.Optional(Type.String({ maxLength: 256 })),
      reason: Type.Optional(Type.String({ maxLength: 256 })),
      lastInputSeconds: Type.Optional(Type.Number()),
      roles: Type.Optional(Type.Array(Type.String())),
      scopes: Type.Optional(Type.Array(Type.String())),
      tags: Type.Optional(Type.Array(Type.String())),
    }),
    result: closed({ ok: Type.Literal(true) }),
    example: { params: { text: "The build server is back." }, result: { ok: true } },
  }),
  wake: method({
    scope: "operator.write",
    summary: "Gives the main session a text and lets it work on it now, or with its next heartbeat.",
    params: closed({
      text: text(20_000),
      mode: oneOf(["now", "next-heartbeat"]),
      sessionKey,
      agentId: Type.Optional(text(64)),
      idempotencyKey: Type.Optional(text(128)),
    }),
    result: closed({ ok: Type.Literal(true), runId: Type.Optional(Type.String()) }),
    example: { params: { text: "Look at the build.", mode: "next-heartbeat" }, result: { ok: true } },
  }),
} as const;
