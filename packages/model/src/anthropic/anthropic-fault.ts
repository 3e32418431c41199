/** The fault for what Anthropic's API answers, by the type of its error, before and inside the stream. */

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
export const anthropicFault = (failure: UpstreamFailure, apiKey: string | undefined): Fault =>
  failure.kind === "refused" ? errorFault(withoutKey(failure, apiKey)) : connectionFault(failure);

const errorFault = (refusal: Refusal): Fault => {
  const detail = detailOf(refusal);
  switch (refusal.type) {
    case "authentication_error":
    case "permission_error":
      return fault("MODEL_AUTH_FAILED", {
        message: "The model provider refused the API key. Check the provider's apiKey in the configuration.",
        detail,
      });
    case "billing_error":
      return usedUp(detail);
    case "not_found_error":
      return fault("MODEL_NOT_FOUND", { message: "The model provider does not know this model.", detail });
    case "request_too_large":
      return fault("MODEL_CONTEXT_TOO_LONG", { detail });
    case "rate_limit_error":
      return statusFault({ ...refusal, status: 429 });
    case "overloaded_error":
    case "api_error":
    case "timeout_error":
      return statusFault({ ...refusal, status: Math.max(refusal.status, 500) });
    case "invalid_request_error":
      if (/credit balance/i.test(refusal.message)) return usedUp(detail);
      if (saysTooLong(refusal)) return fault("MODEL_CONTEXT_TOO_LONG", { detail });
      return statusFault({ ...refusal, status: Math.max(refusal.status, 400) });
    default:
      return statusFault(refusal);
  }
};

const usedUp = (detail: string): Fault =>
  fault("MODEL_THROTTLED", { message: "The model provider's quota or credit is used up.", detail, retryable: false });
