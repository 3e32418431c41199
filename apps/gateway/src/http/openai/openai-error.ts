/** Failures in the form that clients of the OpenAI API understand. */

import type { ServerResponse } from "node:http";

import type { FaultCode } from "@skykoi/fault";

import { sendJson } from "../problem.ts";

interface Failure {
  readonly code: FaultCode;
  readonly status: number;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

export const sendOpenAiError = (response: ServerResponse, cause: Failure): void => {
  if (response.destroyed || response.headersSent) return;
  if (cause.retryAfterMs !== undefined) response.setHeader("retry-after", Math.ceil(cause.retryAfterMs / 1000));
  // The official client would otherwise repeat whatever has a status of 500 or more.
  response.setHeader("x-should-retry", String(cause.retryable));
  sendJson(response, cause.code === "MODEL_NOT_FOUND" ? 404 : cause.status, openAiError(cause));
};

export const openAiError = ({ code, status, message }: Pick<Failure, "code" | "status" | "message">) => ({
  error: { message, type: typeOf(status), param: null, code: CODES[code] ?? code.toLowerCase() },
});

const typeOf = (status: number): string => {
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
};

/** Where OpenAI has a word of its own for it. */
const CODES: Partial<Record<FaultCode, string>> = {
  UNAUTHENTICATED: "invalid_api_key",
  MODEL_NOT_FOUND: "model_not_found",
  MODEL_CONTEXT_TOO_LONG: "context_length_exceeded",
  SPEND_LIMIT_REACHED: "insufficient_quota",
  RATE_LIMITED: "rate_limit_exceeded",
};
