/** Decides whether a failed model call is made again, and when. */

import type { Fault } from "@skykoi/fault";
import type { ModelInfo } from "@skykoi/model";

/** Of one call, the first included. */
const MAX_ATTEMPTS = 4;

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 20_000;
/** A provider that asks for more patience than this is not waited for. */
const MAX_RETRY_AFTER_MS = 60_000;

export interface FailedAttempt {
  readonly fault: Fault;
  /** Counts from 1. */
  readonly attempt: number;
}

/**
 * A call is made again only when its fault says so. Tool calls run after the whole answer has arrived, so a repeated
 * call never repeats an action.
 */
export const mayRetry = ({ fault, attempt }: FailedAttempt): boolean =>
  fault.retryable &&
  fault.code.startsWith("MODEL_") &&
  attempt < MAX_ATTEMPTS &&
  (fault.retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS;

/** Exponential with full jitter, and never sooner than the provider asked for. */
export const retryDelayMs = (attempt: number, fault: Fault, random: () => number = Math.random): number => {
  const ceilingMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(Math.max(fault.retryAfterMs ?? 0, random() * ceilingMs));
};

/** Whether another model might answer where this one did not; a conversation too long for it needs a larger window. */
export const maySwitch = (fault: Fault, from: ModelInfo, to: ModelInfo): boolean =>
  fault.code !== "MODEL_CONTEXT_TOO_LONG" || to.contextWindow > from.contextWindow;
