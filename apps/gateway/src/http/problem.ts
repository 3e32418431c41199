/** Answers in JSON, and failures as problem details (RFC 9457). */

import type { ServerResponse } from "node:http";

import type { Fault } from "@skykoi/fault";

export const sendProblem = (response: ServerResponse, { status, code, message, retryAfterMs }: Fault): void => {
  if (retryAfterMs !== undefined) response.setHeader("retry-after", Math.ceil(retryAfterMs / 1000));
  sendJson(response, status, problemOf(code, status, message), "application/problem+json");
};

const problemOf = (code: string, status: number, message: string) => ({
  type: `/docs/errors#${code}`,
  title: message,
  status,
  code,
  detail: message,
});

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: object,
  contentType = "application/json",
): void => sendText(response, status, contentType, JSON.stringify(body));

export const sendText = (response: ServerResponse, status: number, contentType: string, text: string): void => {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  // Node leaves the body out when it answers HEAD.
  response.end(text);
};
