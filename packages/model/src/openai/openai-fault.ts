/** The fault for what an OpenAI-compatible server answers, before and inside the stream. */

import { fault, type Fault } from "@skykoi/fault";

import {
  connectionFault,
  detailOf,
  saysTooLong,
  statusFault,
  withoutKey,
  type Refusal,
} from "../ai-sdk/status-fault.ts";
import type { UpstreamFailure } from "../ai-sdk/upstream-failure.ts";

/** `apiKey` is blotted out of what the server says, because some repeat it. */
export const openAiFault = (failure: UpstreamFailure, apiKey: string | undefined): Fault =>
  failure.kind === "refused" ? refusalFault(withoutKey(failure, apiKey)) : connectionFault(failure);

const refusalFault = (refusal: Refusal): Fault => {
  const detail = detailOf(refusal);
  switch (refusal.type) {
    case "insufficient_quota":
      return fault("MODEL_THROTTLED", {
        message: "The model provider's quota or credit is used up.",
        detail,
        retryable: false,
      });
    case "context_length_exceeded":
      return fault("MODEL_CONTEXT_TOO_LONG", { detail });
    case "invalid_api_key":
    case "authentication_error":
      return authFailed(detail);
    case "model_not_found":
      return fault("MODEL_NOT_FOUND", { message: "The model provider does not know this model.", detail });
    case "rate_limit_exceeded":
    case "rate_limit_error":
      return statusFault({ ...refusal, status: 429 });
    case "overloaded_error":
    case "server_error":
    case "api_error":
      return refusal.status === 0 && saysTooLong(refusal)
        ? fault("MODEL_CONTEXT_TOO_LONG", { detail })
        : statusFault({ ...refusal, status: Math.max(refusal.status, 500) });
    default:
      return refusal.status === 401 || refusal.status === 403 ? authFailed(detail) : statusFault(refusal);
  }
};

const authFailed = (detail: string): Fault =>
  fault("MODEL_AUTH_FAILED", {
    message: "The model provider refused the API key. Check the provider's apiKey in the configuration.",
    detail,
  });
