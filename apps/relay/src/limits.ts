/** The numbers of the relay. */

import { DEFAULT_LIMITS } from "@skykoi/protocol/wire";

export interface RelayLimits {
  /** Open sockets of one person, over all their agents and devices. */
  readonly maxConnectionsPerUser: number;
  /** Sockets that have not been let in yet. */
  readonly maxPendingHandshakes: number;
  /** From the upgrade to the client's `connect`. */
  readonly handshakeTimeoutMs: number;
  /** Everything a client may send before it was let in. */
  readonly maxUnauthenticatedBytes: number;
  readonly maxPayloadBytes: number;
  /** Ticket, address, socket and the gateway's challenge together. */
  readonly dialTimeoutMs: number;
  /** Unsent bytes above which the other side is not read any more … */
  readonly highWaterBytes: number;
  /** … and below which it is read again. */
  readonly lowWaterBytes: number;
  /** A side that gave no sign of life for a whole interval is dropped at its end. */
  readonly keepaliveIntervalMs: number;
  /** After this long a client has to come back with a new ticket: who signed out or lost a role is let in no longer. */
  readonly maxLifetimeMs: number;
  /** How long a peer may take to answer a close. */
  readonly closeTimeoutMs: number;
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  maxConnectionsPerUser: 32,
  maxPendingHandshakes: 256,
  handshakeTimeoutMs: DEFAULT_LIMITS.handshakeTimeoutMs,
  maxUnauthenticatedBytes: DEFAULT_LIMITS.maxUnauthenticatedBytes,
  maxPayloadBytes: DEFAULT_LIMITS.maxPayloadBytes,
  dialTimeoutMs: 10_000,
  highWaterBytes: 1024 * 1024,
  lowWaterBytes: 256 * 1024,
  keepaliveIntervalMs: 30_000,
  maxLifetimeMs: 60 * 60_000,
  closeTimeoutMs: 2_000,
};
