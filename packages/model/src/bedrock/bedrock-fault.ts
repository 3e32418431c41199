/** The fault for what Bedrock answers, by the name of its exception, before and inside the stream. */

import { fault, type Fault } from "@skykoi/fault";

import {
  connectionFault,
  detailOf,
  refusedFault,
  retryAfter,
  saysTooLong,
  statusFault,
  type Refusal,
} from "../ai-sdk/status-fault.ts";
import type { UpstreamFailure } from "../ai-sdk/upstream-failure.ts";

/** `renewable`: asking for credentials anew can give others, so an expired token is worth another try. */
export const bedrockFault = (failure: UpstreamFailure, renewable: boolean): Fault =>
  failure.kind === "refused" ? exceptionFault(failure, renewable) : connectionFault(failure);

const exceptionFault = (refusal: Refusal, renewable: boolean): Fault => {
  const detail = detailOf(refusal);
  switch (refusal.type.toLowerCase().replace(/exception$/, "")) {
    case "throttling":
    case "toomanyrequests":
      return fault("MODEL_THROTTLED", { detail, ...retryAfter(refusal.headers) });
    case "servicequotaexceeded":
      return fault("MODEL_THROTTLED", {
        message: "The AWS account's Bedrock quota is used up. Ask AWS to raise it, or use another model.",
        detail,
        retryable: false,
      });
    case "modelnotready":
    case "modeltimeout":
    case "modelerror":
    case "serviceunavailable":
    case "internalserver":
    case "internalservererror":
    case "internalfailure":
      return fault("MODEL_OVERLOADED", { detail, ...retryAfter(refusal.headers) });
    case "modelstreamerror":
      return fault("MODEL_STREAM_BROKEN", { detail });
    case "expiredtoken":
      return fault("MODEL_AUTH_FAILED", {
        message: "The AWS credentials have expired. Renew them, for example with `aws sso login`.",
        detail,
        retryable: renewable,
      });
    case "accessdenied":
      return fault("MODEL_AUTH_FAILED", {
        message:
          "AWS refused access to this model. Allow bedrock:InvokeModelWithResponseStream for the role and enable the model in Bedrock.",
        detail,
      });
    case "unrecognizedclient":
    case "invalidclienttokenid":
    case "invalidsignature":
    case "signaturedoesnotmatch":
    case "incompletesignature":
    case "missingauthenticationtoken":
      return fault("MODEL_AUTH_FAILED", {
        message: "AWS does not accept the credentials. Check the keys, the session token and the machine's clock.",
        detail,
      });
    case "resourcenotfound":
      return notFound(detail);
    case "validation":
      if (/model identifier is invalid/i.test(refusal.message)) return notFound(detail);
      return saysTooLong(refusal) ? fault("MODEL_CONTEXT_TOO_LONG", { detail }) : refusedFault(refusal);
    default:
      return statusFault(refusal);
  }
};

const notFound = (detail: string): Fault =>
  fault("MODEL_NOT_FOUND", { message: "Bedrock does not offer this model in the configured region.", detail });
