/** The numbers of the transport. The gateway takes them as constructor arguments and announces them. */

export const PROTOCOL_VERSION = 4;
export const MIN_PROTOCOL_VERSION = 3;

export interface TransportLimits {
  /** Largest frame before `connect` succeeded, in bytes. */
  readonly maxUnauthenticatedBytes: number;
  /** Largest frame of an authenticated client, in bytes. */
  readonly maxPayloadBytes: number;
  /** Unsent bytes after which a client is closed as a slow consumer. */
  readonly maxBufferedBytes: number;
  readonly handshakeTimeoutMs: number;
  readonly tickIntervalMs: number;
  /** Invalid frames in a row after which the connection is closed. */
  readonly maxInvalidFrames: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  maxUnauthenticatedBytes: 64 * 1024,
  maxPayloadBytes: 25 * 1024 * 1024,
  maxBufferedBytes: 50 * 1024 * 1024,
  handshakeTimeoutMs: 10_000,
  tickIntervalMs: 30_000,
  maxInvalidFrames: 8,
};

export const CLOSE = {
  normal: 1000,
  protocolMismatch: 1002,
  unsupportedData: 1003,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  restart: 1012,
  slowConsumer: 1013,
} as const;
