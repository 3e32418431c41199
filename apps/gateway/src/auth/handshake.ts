/** Decides about a `connect`: protocol version, token, device proof, scopes. */

import { fault, type Fault } from "@skykoi/fault";
import { CLOSE, MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, type ConnectParams, type Scope } from "@skykoi/protocol";

import { deviceProofProblem } from "./device-proof.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { grantScopes } from "./grant-scopes.ts";

export interface HandshakeOptions {
  readonly isToken: (presented: string) => boolean;
  readonly failures: FailureLimit;
}

export interface HandshakeRequest {
  readonly params: ConnectParams;
  /** Of this connection's challenge. */
  readonly nonce: string;
  readonly peer: string;
}

export type HandshakeDecision =
  | { readonly ok: true; readonly protocol: number; readonly role: string; readonly scopes: readonly Scope[] }
  | { readonly ok: false; readonly fault: Fault; readonly closeCode: number };

export const createHandshake =
  ({ isToken, failures }: HandshakeOptions) =>
  ({ params, nonce, peer }: HandshakeRequest): HandshakeDecision => {
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
    const problem = credentialProblem(params, nonce, isToken);
    if (problem !== undefined) {
      failures.recordFailure(peer);
      return refused(fault("UNAUTHENTICATED", { message: problem }));
    }
    const protocol = Math.min(params.maxProtocol, PROTOCOL_VERSION);
    return { ok: true, protocol, role, scopes: grantScopes(params.scopes) };
  };

const credentialProblem = (
  params: ConnectParams,
  nonce: string,
  isToken: (presented: string) => boolean,
): string | undefined => {
  const token = params.auth?.token;
  if (token === undefined) return "connect: params.auth.token is required";
  if (!isToken(token)) return "The gateway token is wrong.";
  const problem = deviceProofProblem(params, nonce);
  return problem === undefined ? undefined : `connect: params.${problem}`;
};

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
