/** Decides about a `connect`: protocol version, credentials, device proof, scopes. */

import { fault, isFault, type Fault } from "@skykoi/fault";
import {
  CLOSE,
  MIN_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  hasScope,
  isScope,
  isTicket,
  type ConnectParams,
  type Scope,
} from "@skykoi/protocol";

import type { DeviceStore } from "../devices/device-store.ts";
import { deviceProofProblem } from "./device-proof.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { grantScopes } from "./grant-scopes.ts";
import type { Ticket, TicketVerdict } from "./ticket-check.ts";

export interface HandshakeOptions {
  readonly isToken: (presented: string) => boolean;
  readonly checkTicket: (presented: string) => TicketVerdict;
  readonly devices: Pick<DeviceStore, "issue" | "verify">;
  readonly failures: FailureLimit;
  readonly now: () => number;
}

export interface HandshakeRequest {
  readonly params: ConnectParams;
  /** Of this connection's challenge. */
  readonly nonce: string;
  readonly peer: string;
}

/** Who was admitted, and for what. */
export interface Admission {
  readonly protocol: number;
  readonly role: string;
  readonly scopes: readonly Scope[];
  readonly method: "token" | "ticket" | "device-token";
  readonly user?: Ticket["user"];
  /** Proven. */
  readonly deviceId?: string;
  /** For the device to keep. */
  readonly deviceToken?: string;
}

export type HandshakeDecision =
  | ({ readonly ok: true } & Admission)
  | { readonly ok: false; readonly fault: Fault; readonly closeCode: number };

export const createHandshake = (options: HandshakeOptions) => {
  const { failures, now } = options;

  return ({ params, nonce, peer }: HandshakeRequest): HandshakeDecision => {
    if (params.minProtocol > PROTOCOL_VERSION || params.maxProtocol < MIN_PROTOCOL_VERSION) {
      return refused(protocolMismatch(params), CLOSE.protocolMismatch);
    }
    const role = params.role ?? "operator";
    if (role !== "operator") {
      return refused(fault("INVALID_REQUEST", { message: `connect: params.role must be "operator"` }));
    }
    const retryAfterMs = failures.retryAfterMs(peer);
    if (retryAfterMs > 0) {
      const message = "Too many failed attempts to connect. Wait a moment and try again.";
      return refused(fault("RATE_LIMITED", { message, retryAfterMs }));
    }
    // Before a ticket is used up.
    const unproven = deviceProofProblem(params, nonce, now());
    const credentials = unproven === undefined ? identify(options, params, role) : `connect: params.${unproven}`;
    if (typeof credentials === "string") {
      failures.recordFailure(peer);
      return refused(fault("UNAUTHENTICATED", { message: credentials, details: recoveryAdvice(params) }));
    }
    return { ok: true, protocol: Math.min(params.maxProtocol, PROTOCOL_VERSION), role, ...credentials };
  };
};

type Identity = Omit<Admission, "protocol" | "role">;

/** Who the credentials speak for, or what is wrong with them. */
const identify = (options: HandshakeOptions, params: ConnectParams, role: string): Identity | string => {
  const { isToken, checkTicket } = options;
  const { token, deviceToken, password, bootstrapToken } = params.auth ?? {};
  const deviceId = params.device?.id;
  if (token !== undefined && isTicket(token)) {
    const verdict = checkTicket(token);
    if (!verdict.ok) return verdict.problem;
    const { user, scopes } = verdict.ticket;
    return {
      method: "ticket",
      user,
      scopes: within(scopes, params.scopes),
      ...(deviceId !== undefined && { deviceId }),
    };
  }
  if (token !== undefined && isToken(token)) {
    const scopes = grantScopes(params.scopes);
    return { method: "token", scopes, ...deviceGrant(options.devices, params, role, scopes) };
  }
  // A client that holds both tries its own token when the gateway's was rotated.
  if (deviceToken !== undefined) return byDeviceToken(options, params, role, deviceToken);
  if (token !== undefined) return "The gateway token is wrong.";
  if (password !== undefined) return "This gateway has no password; present its token as params.auth.token.";
  if (bootstrapToken !== undefined)
    return "This gateway takes no bootstrap tokens; present its token as params.auth.token.";
  return "connect: params.auth.token is required";
};

const byDeviceToken = (
  { devices }: HandshakeOptions,
  params: ConnectParams,
  role: string,
  deviceToken: string,
): Identity | string => {
  const deviceId = params.device?.id;
  if (deviceId === undefined) return "connect: params.device is required with a device token";
  const granted = devices.verify(deviceId, role, deviceToken);
  if (!granted) return "The device token is wrong, or was rotated or revoked.";
  return { method: "device-token", scopes: within(granted, params.scopes), deviceId, deviceToken };
};

/** A token of its own for a device that proved itself with the gateway's. */
const deviceGrant = (
  devices: HandshakeOptions["devices"],
  { device, client }: ConnectParams,
  role: string,
  scopes: readonly Scope[],
): Pick<Admission, "deviceId" | "deviceToken"> => {
  if (!device) return {};
  if (scopes.length === 0) return { deviceId: device.id };
  const facts = {
    deviceId: device.id,
    publicKey: device.publicKey,
    ...(client.displayName !== undefined && { displayName: client.displayName }),
    platform: client.platform,
    clientId: client.id,
    clientMode: client.mode,
  };
  try {
    return { deviceId: device.id, deviceToken: devices.issue(facts, role, scopes) };
  } catch (thrown) {
    // A full disk must not keep out who has the gateway's token: the device gets its own another time.
    if (isFault(thrown) && thrown.code === "STORAGE_FAILED") return { deviceId: device.id };
    throw thrown;
  }
};

/** What of a wish was granted; without a wish all of it. */
const within = (granted: readonly Scope[], wished: readonly string[] | undefined): readonly Scope[] =>
  !wished || wished.length === 0
    ? granted
    : [...new Set(wished)].filter(isScope).filter((scope) => hasScope(granted, scope));

/** Read by clients of the family: one with a device token of its own may try that. */
const recoveryAdvice = ({ auth }: ConnectParams): object | undefined =>
  auth?.token !== undefined && auth.deviceToken === undefined && !isTicket(auth.token)
    ? { code: "AUTH_TOKEN_MISMATCH", canRetryWithDeviceToken: true }
    : undefined;

const protocolMismatch = ({ minProtocol, maxProtocol }: ConnectParams): Fault =>
  fault("PROTOCOL_MISMATCH", {
    message: `This gateway speaks protocol ${MIN_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}, the client ${minProtocol} to ${maxProtocol}.`,
    details: { minProtocol: MIN_PROTOCOL_VERSION, maxProtocol: PROTOCOL_VERSION },
  });

const refused = (cause: Fault, closeCode: number = CLOSE.policy): HandshakeDecision => ({
  ok: false,
  fault: cause,
  closeCode,
});
