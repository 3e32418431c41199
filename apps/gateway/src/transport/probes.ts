/** The few plain HTTP addresses of the gateway: what a supervisor or a proxy asks. Everything else is a 404. */

import type { IncomingMessage, ServerResponse } from "node:http";

import { FAULTS, type FaultCode } from "@skykoi/fault";

export interface ProbeState {
  /** Start-up is over. */
  started(): boolean;
  /** New work is accepted. */
  ready(): boolean;
}

export const createProbes =
  (state: ProbeState) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const pathname = pathOf(request);
    // No address here takes a body; what is being sent is not read.
    if (request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0) {
      response.setHeader("connection", "close");
    }
    const answer = PROBES.get(pathname);
    if (!answer) return sendProblem(response, "NOT_FOUND");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return sendProblem(response, "METHOD_NOT_ALLOWED");
    }
    const ok = answer(state);
    sendJson(response, ok ? 200 : 503, "application/json", { status: ok ? "ok" : "unavailable" });
  };

/** Without the query. Not parsed as a URL: a request line may hold anything. */
export const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split("?", 1)[0] ?? "/";

const PROBES = new Map<string, (state: ProbeState) => boolean>([
  ["/healthz", () => true],
  ["/readyz", (state) => state.ready()],
  ["/startupz", (state) => state.started()],
]);

const sendProblem = (response: ServerResponse, code: FaultCode): void => {
  const { status, message } = FAULTS[code];
  sendJson(response, status, "application/problem+json", {
    type: `/docs/errors#${code}`,
    title: message,
    status,
    code,
    detail: message,
  });
};

const sendJson = (response: ServerResponse, status: number, contentType: string, body: object): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  // Node leaves the body out when it answers HEAD.
  response.end(text);
};
