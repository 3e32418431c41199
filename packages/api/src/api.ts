/** The HTTP API of the platform: a route table behind one set of rules for origins, bodies, callers and errors. */

import { randomUUID } from "node:crypto";

import type { Socket } from "@skykoi/client";
import { nodeSocket } from "@skykoi/client/node";
import type { Control, GatewayAddress } from "@skykoi/control";
import type { Logger } from "@skykoi/log";

import { createTypicalReady } from "./agents/typical-ready.ts";
import { createGatewayPool } from "./gateway/gateway-pool.ts";
import { createApp } from "./http/app.ts";
import { finish, requestIdOf } from "./http/finish.ts";
import { openApiDocument } from "./http/openapi.ts";
import type { Route } from "./http/route.ts";
import { sseResponse } from "./http/sse.ts";
import type { Bootstrap } from "./routes/parts.ts";
import { routeTable } from "./routes/table.ts";
import { createBetterAuthSignIn, type AuthDatabase } from "./sign-in/better-auth.ts";
import type { ModelView } from "./views.ts";

export interface ApiOptions {
  readonly control: Control;
  /** The platform's database, with the sign-in tables; a Kysely instance. */
  readonly database: AuthDatabase;
  readonly secretKey: string;
  /** Where browsers reach this platform; the only origins they may come from. The first one is the main one. */
  readonly publicUrls: readonly string[];
  /** Default true: anybody who reaches the address may create an account. */
  readonly openSignUp?: boolean;
  readonly version: string;
  readonly model: ModelView;
  readonly bootstrap: Bootstrap;
  /** Default: a WebSocket with the instance's certificate pinned. */
  readonly openGateway?: (address: GatewayAddress) => Socket;
  readonly log: Logger;
  readonly now?: () => Date;
  readonly pingIntervalMs?: number;
  /** How long a gateway may take to say hello. */
  readonly gatewayReadyTimeoutMs?: number;
}

export interface Api {
  fetch(request: Request): Promise<Response>;
  /** The table that is served, for the documentation and for tests that must not forget a route. */
  readonly routes: readonly Route[];
  /** Ends open streams and gateway connections. */
  close(): void;
}

/**
 * The server in front sets this header to the client's address, replacing whatever the client sent: sign-in attempts
 * are counted by it.
 */
export const CLIENT_ADDRESS_HEADER = "x-skykoi-client-address";

const PING_INTERVAL_MS = 15_000;
const GATEWAY_READY_TIMEOUT_MS = 10_000;

export const createApi = (options: ApiOptions): Api => {
  const { control, version, log, now = () => new Date() } = options;
  const auth = createBetterAuthSignIn({
    ...options,
    openSignUp: options.openSignUp ?? true,
    clientAddressHeader: CLIENT_ADDRESS_HEADER,
  });
  const gateways = createGatewayPool({
    open: options.openGateway ?? openPinned,
    version,
    log: log.child("gateways"),
    readyTimeoutMs: options.gatewayReadyTimeoutMs ?? GATEWAY_READY_TIMEOUT_MS,
  });
  const typicalReadyMs = createTypicalReady(control.agents, now);
  const routes = routeTable({ ...options, gateways, typicalReadyMs });
  const closing = new AbortController();

  const app = createApp({
    routes,
    auth,
    control,
    publicUrls: options.publicUrls,
    log,
    openApi: () => openApiDocument(routes, version),
    toResponse: (reply) => {
      switch (reply.kind) {
        case "json":
          return Response.json(reply.body, { status: reply.status });
        case "empty":
          return new Response(null, { status: reply.status });
        case "stream":
          break;
      }
      return sseResponse(reply.open, {
        pingIntervalMs: options.pingIntervalMs ?? PING_INTERVAL_MS,
        signal: closing.signal,
        onError: (error) => log.error("an event stream broke", { error }),
      });
    },
  });

  return {
    routes,
    fetch: async (request) => {
      const requestId = requestIdOf(request.headers, randomUUID);
      return finish(await app.fetch(request, { requestId }), requestId);
    },
    close: () => {
      closing.abort();
      gateways.close();
    },
  };
};

const openPinned = ({ url, certificateFingerprint }: GatewayAddress): Socket =>
  nodeSocket(url, certificateFingerprint ? { certificateFingerprint } : {});
