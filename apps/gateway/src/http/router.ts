/** Finds the route of an HTTP request, lets in who may use it, and turns every failure into an answer. */

import type { IncomingMessage, ServerResponse } from "node:http";

import { describeThrown, fault, toFault, type Fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import { originAllowed } from "../transport/origin.ts";
import { peerAddress } from "../transport/peer-address.ts";
import { pathOf } from "../transport/request-path.ts";
import type { HttpAuthenticate } from "./http-auth.ts";
import { sendProblem } from "./problem.ts";
import type { HttpAuth, Route } from "./route.ts";

export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly authenticate: HttpAuthenticate;
  readonly allowedOrigins: () => readonly string[];
  readonly trustedProxies: readonly string[];
  readonly log: Logger;
}

/** Never throws and never leaves a request without an answer. */
export const createRouter =
  (options: RouterOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request);
    const found = options.routes.filter((route) => matches(route, path) && (route.enabled?.() ?? true));
    const fail = (thrown: unknown): void => {
      const cause = toFault(thrown);
      if (cause.code === "INTERNAL") options.log.error("request failed", { path, error: describeThrown(thrown) });
      answerFault(request, response, cause, found[0]?.sendFault ?? sendProblem);
    };
    response.on("error", (error) => options.log.debug("response failed", { path, error }));
    handle(options, { request, response, path }, found).catch(fail);
  };

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly path: string };

const handle = async (options: RouterOptions, exchange: Exchange, found: readonly Route[]): Promise<void> => {
  const { request, response, path } = exchange;
  if (found.length === 0) throw fault("NOT_FOUND");
  const allow = [...new Set(found.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])))].join(", ");
  // No word about other origins: a browser then keeps their pages out.
  if (request.method === "OPTIONS") return void response.writeHead(204, { allow }).end();
  const wanted = request.method === "HEAD" ? "GET" : request.method;
  const route = found.find(({ method }) => method === wanted);
  if (!route) {
    response.setHeader("allow", allow);
    throw fault("METHOD_NOT_ALLOWED");
  }
  if (route.auth !== "none") admit(options, request, route.auth);
  const handler = await route.load();
  await handler({ request, response, path, signal: goneSignal(response) });
};

const admit = (options: RouterOptions, request: IncomingMessage, needed: Exclude<HttpAuth, "none">): void => {
  const { origin, host, authorization } = request.headers;
  const forwardedFor = request.headers["x-forwarded-for"]?.toString();
  if (!originAllowed({ origin, host, forwarded: forwardedFor !== undefined }, options.allowedOrigins())) {
    throw fault("FORBIDDEN", { message: "Pages of this origin may not call this gateway." });
  }
  if (TOKEN_IN_QUERY.test(request.url ?? "")) {
    throw fault("INVALID_REQUEST", { message: "A token must be in the Authorization header, never in the address." });
  }
  const peer = peerAddress({ remoteAddress: request.socket.remoteAddress, forwardedFor }, options.trustedProxies);
  const deviceId = request.headers["x-koi-device"]?.toString();
  options.authenticate({ needed, token: bearerOf(authorization), deviceId, peer });
};

/** Addresses end in logs and histories. */
const TOKEN_IN_QUERY = /[?&](?:access_?token|token|api_?key|key)=/i;

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];

const matches = ({ path: pattern }: Route, path: string): boolean =>
  pattern.endsWith("/*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

const answerFault = (
  request: IncomingMessage,
  response: ServerResponse,
  cause: Fault,
  send: (response: ServerResponse, cause: Fault) => void,
): void => {
  if (response.destroyed || response.writableEnded) return;
  // The answer was under way: it ends without its end, so that nobody takes it for whole.
  if (response.headersSent) return void response.destroy();
  if (cause.code === "UNAUTHENTICATED") response.setHeader("www-authenticate", "Bearer");
  // What is still being sent is not read.
  if (!request.complete && mayHaveBody(request)) response.setHeader("connection", "close");
  send(response, cause);
};

const mayHaveBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

const goneSignal = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(fault("ABORTED"));
  });
  return controller.signal;
};
