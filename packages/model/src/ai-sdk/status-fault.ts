/** The fault for an upstream failure as far as HTTP alone tells it; providers judge their own error names first. */

import { fault, type Fault } from "@skykoi/fault";

import { retryAfterMs } from "./retry-after.ts";
import type { UpstreamFailure } from "./upstream-failure.ts";

export type Refusal = Extract<UpstreamFailure, { kind: "refused" }>;

/** For the log: status, name and first line of what the service said. */
export const detailOf = ({ status, type, message }: Refusal): string =>
  [status || "in the stream", type, message].filter(Boolean).join(" ");

/** How services say that a prompt does not fit; there is no common code for it. */
const TOO_LONG =
  /too long|too many (?:input )?tokens|context[_ -]?(?:length|window|size)|maximum (?:context|input|prompt)|exceeds? (?:the )?(?:maximum|available|model'?s?)[^.]*(?:token|context|length)|exceed_context_size/i;

export const saysTooLong = ({ type, message }: Refusal): boolean => TOO_LONG.test(`${type} ${message}`);

export const connectionFault = (failure: Exclude<UpstreamFailure, Refusal>): Fault => {
  switch (failure.kind) {
    case "unreachable":
      return fault("MODEL_OVERLOADED", {
        message: "The model provider cannot be reached. Check the network and the provider's address.",
        detail: failure.message,
      });
    case "broken":
      return fault("MODEL_STREAM_BROKEN", { detail: failure.message });
    default:
      return failure satisfies never;
  }
};

export const statusFault = (refusal: Refusal): Fault => {
  const { status, headers } = refusal;
  const detail = detailOf(refusal);
  if (status === 401 || status === 403) return fault("MODEL_AUTH_FAILED", { detail });
  if (status === 404) {
    return fault("MODEL_NOT_FOUND", { message: "The model provider does not know this model or address.", detail });
  }
  if (status === 429) return fault("MODEL_THROTTLED", { detail, ...retryAfter(headers) });
  if (status === 408 || status >= 500) return fault("MODEL_OVERLOADED", { detail, ...retryAfter(headers) });
  if (status === 413 || saysTooLong(refusal)) return fault("MODEL_CONTEXT_TOO_LONG", { detail });
  if (status === 0) return fault("MODEL_STREAM_BROKEN", { detail });
  return refusedFault(refusal);
};

/** The provider's sentence is what helps here; names of AWS resources are not for every reader. */
export const refusedFault = (refusal: Refusal): Fault => {
  const reason = refusal.message.replaceAll(/arn:[\w-]+:\S+/g, "(resource)");
  return fault("MODEL_REQUEST_REFUSED", {
    ...(reason && { message: `The model provider refused the request: ${reason}` }),
    detail: detailOf(refusal),
  });
};

export const retryAfter = (headers: Readonly<Record<string, string>>): { retryAfterMs?: number } => {
  const waitMs = retryAfterMs(headers);
  return waitMs === undefined ? {} : { retryAfterMs: waitMs };
};

/** Some servers repeat the key they refuse. */
export const withoutKey = (refusal: Refusal, apiKey: string | undefined): Refusal =>
  apiKey ? { ...refusal, message: refusal.message.replaceAll(apiKey, "(key)") } : refusal;
