/** The two frames of a handshake the relay takes part in: the client's `connect` and the gateway's challenge. */

import { fault, type Fault } from "@skykoi/fault";
import type { RawData } from "ws";

/** The client's request to be let in. What else its parameters hold is the gateway's business. */
export interface ConnectRequest {
  readonly id: string;
  readonly ticket: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const MAX_ID_LENGTH = 128;

/** Throws INVALID_REQUEST when it is not a `connect`; one without a ticket is TICKET_REFUSED later, like a wrong one. */
export const parseConnect = (data: RawData, isBinary: boolean): ConnectRequest => {
  const frame = isBinary ? undefined : objectOf(parse(data));
  const params = objectOf(frame?.params);
  if (frame?.type !== "req" || frame.method !== "connect" || !params) throw notConnect();
  if (typeof frame.id !== "string" || frame.id === "" || frame.id.length > MAX_ID_LENGTH) throw notConnect();
  const token = objectOf(params.auth)?.token;
  return { id: frame.id, ticket: typeof token === "string" ? token : "", params };
};

/** The same request in the relay's own name: its token, and no more rights than the person has. */
export const connectForGateway = (request: ConnectRequest, token: string, scopes: readonly string[]): string => {
  // A device proof signs the client's challenge and token; the gateway has other ones.
  const { auth: _auth, device: _device, role: _role, scopes: _scopes, ...params } = request.params;
  return JSON.stringify({
    type: "req",
    id: request.id,
    method: "connect",
    params: { ...params, role: "operator", scopes, auth: { token } },
  });
};

export const isChallenge = (data: RawData, isBinary: boolean): boolean => {
  const frame = isBinary ? undefined : objectOf(parse(data));
  return frame?.type === "event" && frame.event === "connect.challenge";
};

export const challengeFrame = (nonce: string, ts: number): string =>
  JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce, ts } });

export const refusalFrame = (id: string, { code, message, retryable, retryAfterMs }: Fault): string =>
  JSON.stringify({ type: "res", id, ok: false, error: { code, message, retryable, retryAfterMs } });

const notConnect = (): Fault => fault("INVALID_REQUEST", { message: "The first frame must be a connect request." });

const parse = (data: RawData): unknown => {
  try {
    return JSON.parse(textOf(data));
  } catch {
    // Whatever it is, it is not one of our frames.
    return undefined;
  }
};

const textOf = (data: RawData): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
};

const objectOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
