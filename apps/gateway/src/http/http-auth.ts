/** Decides whether the bearer of a token may use an HTTP address; guessing is slowed down as on the socket. */

import { fault } from "@skykoi/fault";

import type { FailureLimit } from "../auth/failure-limit.ts";
import type { RouterOptions } from "./router.ts";

export interface HttpAuthOptions {
  readonly isGatewayToken: (presented: string) => boolean;
  readonly isHooksToken: (presented: string) => boolean;
  readonly failures: FailureLimit;
}

export const createHttpAuth =
  ({ isGatewayToken, isHooksToken, failures }: HttpAuthOptions): RouterOptions["authenticate"] =>
  (kind, token, peer) => {
    const retryAfterMs = failures.retryAfterMs(peer);
    if (retryAfterMs > 0) {
      throw fault("RATE_LIMITED", { message: "Too many wrong tokens. Wait a moment and try again.", retryAfterMs });
    }
    const name = kind === "hooks" ? "token of hooks" : "gateway token";
    if (token === undefined) {
      throw fault("UNAUTHENTICATED", { message: `Present the ${name}: Authorization: Bearer <token>.` });
    }
    if (kind === "hooks" ? isHooksToken(token) : isGatewayToken(token)) return;
    failures.recordFailure(peer);
    throw fault("UNAUTHENTICATED", { message: `The ${name} is wrong.` });
  };
