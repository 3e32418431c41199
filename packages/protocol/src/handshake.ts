/** `connect` and `hello-ok`: who the client is, what it may do, what the gateway offers. */

import { Type, type Static } from "typebox";

import { closed, count, oneOf, text, timestamp } from "./closed.ts";
import { StateVersion } from "./frames.ts";
import { Health, PresenceEntry } from "./health.ts";
import { SCOPES } from "./scopes.ts";

export const ConnectChallenge = closed({ nonce: Type.String(), ts: timestamp() });
export type ConnectChallenge = Static<typeof ConnectChallenge>;

/** Fields that clients of the protocol family send are named here, also those a Koi only records. */
export const ConnectParams = closed({
  minProtocol: count(),
  maxProtocol: count(),
  client: closed({
    id: text(128),
    version: text(64),
    platform: text(64),
    mode: text(64),
    displayName: Type.Optional(text(128)),
    deviceFamily: Type.Optional(text(128)),
    modelIdentifier: Type.Optional(text(128)),
    timeZone: Type.Optional(text(64)),
    instanceId: Type.Optional(text(128)),
    buildId: Type.Optional(text(128)),
  }),
  role: Type.Optional(text(32)),
  scopes: Type.Optional(Type.Array(text(64), { maxItems: 32 })),
  caps: Type.Optional(Type.Array(text(64), { maxItems: 64 })),
  commands: Type.Optional(Type.Array(text(128), { maxItems: 256 })),
  permissions: Type.Optional(Type.Record(Type.String(), Type.Boolean())),
  pathEnv: Type.Optional(Type.String({ maxLength: 8192 })),
  auth: Type.Optional(
    closed({
      token: Type.Optional(Type.String({ maxLength: 4096 })),
      password: Type.Optional(Type.String({ maxLength: 4096 })),
      deviceToken: Type.Optional(Type.String({ maxLength: 4096 })),
      bootstrapToken: Type.Optional(Type.String({ maxLength: 4096 })),
      approvalRuntimeToken: Type.Optional(Type.String({ maxLength: 4096 })),
      agentRuntimeIdentityToken: Type.Optional(Type.String({ maxLength: 4096 })),
    }),
  ),
  device: Type.Optional(
    closed({
      id: text(128),
      publicKey: text(128),
      signature: text(256),
      signedAt: timestamp(),
      nonce: text(128),
    }),
  ),
  /** Sent by hosts of computers and models of the family; a Koi has no use for them. */
  computerUse: Type.Optional(Type.Unknown()),
  workerRuns: Type.Optional(Type.Unknown()),
  modelCatalog: Type.Optional(Type.Unknown()),
  locale: Type.Optional(text(64)),
  userAgent: Type.Optional(Type.String({ maxLength: 512 })),
  /** Replays the durable events after this cursor. */
  resume: Type.Optional(closed({ cursor: text(128) })),
});
export type ConnectParams = Static<typeof ConnectParams>;

export const HelloOk = closed({
  type: Type.Literal("hello-ok"),
  protocol: count(),
  server: closed({ version: Type.String(), connId: Type.String() }),
  features: closed({
    methods: Type.Array(Type.String()),
    events: Type.Array(Type.String()),
    /** Names of what else family clients may count on. */
    capabilities: Type.Optional(Type.Array(Type.String())),
  }),
  snapshot: closed({
    presence: Type.Array(PresenceEntry),
    health: Health,
    stateVersion: StateVersion,
    uptimeMs: count(),
    sessionDefaults: closed({
      defaultAgentId: Type.String(),
      mainKey: Type.String(),
      mainSessionKey: Type.String(),
    }),
  }),
  auth: closed({
    role: Type.String(),
    scopes: Type.Array(oneOf(SCOPES)),
    /** How the client was recognized. */
    method: Type.Optional(oneOf(["token", "ticket", "device-token"])),
    /** The person a ticket was issued to. */
    user: Type.Optional(closed({ id: Type.String(), name: Type.Optional(Type.String()) })),
    /** For a device that proved itself: its own token, instead of the gateway's from now on. */
    deviceToken: Type.Optional(Type.String()),
  }),
  policy: closed({ maxPayload: count(), maxBufferedBytes: count(), tickIntervalMs: count() }),
  /** Where the stream of durable events stands now. */
  cursor: Type.String(),
  /** True when `resume.cursor` was too old or unknown: reload with `chat.history`. */
  cursorExpired: Type.Optional(Type.Boolean()),
});
export type HelloOk = Static<typeof HelloOk>;
