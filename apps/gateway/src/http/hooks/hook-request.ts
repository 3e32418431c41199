/** What a hook may ask for. An unknown field is refused, so that a misspelt one is not silently left out. */

import { Type } from "typebox";

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const closed = { additionalProperties: false };

export const WakeRequest = Type.Object(
  {
    text: text(20_000),
    mode: Type.Optional(Type.Enum(["now", "next-heartbeat"])),
    idempotencyKey: Type.Optional(text(128)),
  },
  closed,
);

export const AgentRequest = Type.Object(
  {
    message: text(200_000),
    /** Who calls, for the reader: "GitHub". */
    name: Type.Optional(text(64)),
    agentId: Type.Optional(text(64)),
    /** Default: a session of its own. */
    sessionKey: Type.Optional(text(512)),
    wakeMode: Type.Optional(Type.Enum(["now"])),
    /** No channel is connected to a hook: its answer is in the session. */
    deliver: Type.Optional(Type.Literal(false)),
    model: Type.Optional(text(256)),
    thinking: Type.Optional(Type.Enum(["off", "low", "medium", "high"])),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    idempotencyKey: Type.Optional(text(128)),
  },
  closed,
);
