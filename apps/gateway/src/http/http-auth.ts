/** Decides whether the bearer of a token may use an HTTP address; guessing is slowed down as on the socket. */

import { fault } from "@skykoi/fault";
import { hasScope, isTicket, type Scope } from "@skykoi/protocol";

import type { FailureLimit } from "../auth/failure-limit.ts";
import type { TicketVerdict } from "../auth/ticket-check.ts";
import type { DeviceStore } from "../devices/device-store.ts";

export interface HttpAuthOptions {
  readonly isGatewayToken: (presented: string) => boolean;
  readonly isHooksToken: (presented: string) => boolean;
  readonly checkTicket: (presented: string) => TicketVerdict;
  readonly devices: Pick<DeviceStore, "verify">;
  readonly failures: FailureLimit;
}

interface Credentials {
  /** `hooks`: the token of hooks and no other. A scope: whoever has it. */
  readonly needed: "hooks" | Scope;
  readonly token: string | undefined;
  /** Of the header that goes with a device token. */
  readonly deviceId: string | undefined;
  readonly peer: string;
}

/** Throws UNAUTHENTICATED, RATE_LIMITED, or FORBIDDEN when the scopes do not suffice. */
export type HttpAuthenticate = (credentials: Credentials) => void;

export const createHttpAuth = (options: HttpAuthOptions): HttpAuthenticate => {
  const { failures, isHooksToken } = options;

  return ({ needed, token, deviceId, peer }) => {
    const retryAfterMs = failures.retryAfterMs(peer);
    if (retryAfterMs > 0) {
      throw fault("RATE_LIMITED", { message: "Too many wrong tokens. Wait a moment and try again.", retryAfterMs });
    }
    const name = needed === "hooks" ? "token of hooks" : "gateway token";
    if (token === undefined) {
      throw fault("UNAUTHENTICATED", { message: `Present the ${name}: Authorization: Bearer <token>.` });
    }
    const granted = needed === "hooks" ? hooksOnly(isHooksToken(token)) : scopesOf(options, token, deviceId);
    if (typeof granted === "string") {
      failures.recordFailure(peer);
      throw fault("UNAUTHENTICATED", { message: granted });
    }
    if (needed !== "hooks" && !hasScope(granted, needed)) {
      throw fault("FORBIDDEN", { message: `This needs the scope ${needed}.` });
    }
  };
};

const hooksOnly = (isToken: boolean): readonly Scope[] | string => (isToken ? [] : "The token of hooks is wrong.");

/** What the token allows, or what is wrong with it. */
const scopesOf = (options: HttpAuthOptions, token: string, deviceId: string | undefined): readonly Scope[] | string => {
  if (isTicket(token)) {
    const verdict = options.checkTicket(token);
    return verdict.ok ? verdict.ticket.scopes : verdict.problem;
  }
  if (options.isGatewayToken(token)) return ["operator.admin"];
  if (deviceId === undefined) return "The gateway token is wrong.";
  return options.devices.verify(deviceId, "operator", token) ?? "The device token is wrong, or was rotated or revoked.";
};
