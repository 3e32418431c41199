/** What an HTTP address of the gateway is made of. Its code is loaded by the first request that needs it. */

import type { IncomingMessage, ServerResponse } from "node:http";

import type { Fault } from "@skykoi/fault";
import type { Scope } from "@skykoi/protocol";

interface HttpCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the query. */
  readonly path: string;
  /** Fires when the client is gone before it was answered. */
  readonly signal: AbortSignal;
}

export type HttpHandler = (call: HttpCall) => void | Promise<void>;

/**
 * A scope: the gateway's own token, a ticket or a device token that has it. `hooks`: the token of hooks. All only in the
 * Authorization header.
 */
export type HttpAuth = "none" | "hooks" | Scope;

export interface Route {
  readonly method: "GET" | "POST";
  /** Exact; one that ends with `/*` is the beginning of many. */
  readonly path: string;
  readonly auth: HttpAuth;
  /** An address that is turned off does not exist. Default: always on. */
  readonly enabled?: () => boolean;
  readonly load: () => Promise<HttpHandler> | HttpHandler;
  /** How a failure is told. Default: problem details. */
  readonly sendFault?: (response: ServerResponse, cause: Fault) => void;
}
