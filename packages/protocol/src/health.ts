/** What a gateway says of itself: health and presence. */

import { Type, type Static } from "typebox";

import { closed, count, oneOf, timestamp } from "./closed.ts";

export const Health = closed({
  ok: Type.Boolean(),
  status: oneOf(["ok", "degraded"]),
  /** One sentence a reason; empty when ok. */
  reasons: Type.Array(Type.String()),
  ts: timestamp(),
  uptimeMs: count(),
  version: Type.String(),
  model: closed({ primary: Type.String(), demo: Type.Boolean() }),
  activeRuns: count(),
  queuedInputs: count(),
});
export type Health = Static<typeof Health>;

export const PresenceEntry = closed({
  connId: Type.String(),
  clientId: Type.String(),
  displayName: Type.Optional(Type.String()),
  version: Type.String(),
  platform: Type.String(),
  mode: Type.String(),
  role: Type.String(),
  /** The person a ticket was issued to. */
  user: Type.Optional(closed({ id: Type.String(), name: Type.Optional(Type.String()) })),
  connectedAt: timestamp(),
});
export type PresenceEntry = Static<typeof PresenceEntry>;
