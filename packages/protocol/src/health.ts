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

/** A client that is connected, or a device that told of itself lately. */
export const PresenceEntry = closed({
  /** Absent: not connected. */
  connId: Type.Optional(Type.String()),
  clientId: Type.String(),
  displayName: Type.Optional(Type.String()),
  version: Type.String(),
  platform: Type.String(),
  mode: Type.String(),
  role: Type.String(),
  /** The person a ticket was issued to. */
  user: Type.Optional(closed({ id: Type.String(), name: Type.Optional(Type.String()) })),
  connectedAt: Type.Optional(timestamp()),
  /** Of a connected one: now. */
  lastSeenAt: timestamp(),
  /** The same as `lastSeenAt`, under the name the family knows. */
  ts: timestamp(),
  /** Why it is listed: `connect`, `beacon`, or what the device said. */
  reason: Type.String(),
  text: Type.Optional(Type.String()),
  instanceId: Type.Optional(Type.String()),
  /** Proven for a connection, told by a beacon. */
  deviceId: Type.Optional(Type.String()),
  host: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
  deviceFamily: Type.Optional(Type.String()),
  modelIdentifier: Type.Optional(Type.String()),
  /** Since a person last touched the device. */
  lastInputSeconds: Type.Optional(Type.Number()),
});
export type PresenceEntry = Static<typeof PresenceEntry>;
