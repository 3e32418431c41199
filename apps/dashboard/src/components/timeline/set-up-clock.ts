/** How long the present set-up has taken, and how that compares with what is usual. Pure. */

import type { TimelineStep } from "./timeline-steps.ts";

export interface SetUpClock {
  readonly startedAtMs: number;
  /** Null while it is under way. */
  readonly tookMs: number | null;
}

/** Undefined before the first event. A later attempt counts from its own request. */
export const setUpClock = (steps: readonly TimelineStep[]): SetUpClock | undefined => {
  const request = steps.findLast(({ step }) => step === "requested") ?? steps[0];
  if (!request) return undefined;
  const ready = steps.find(({ step, seq }) => step === "ready" && seq > request.seq);
  return {
    startedAtMs: request.startedAtMs,
    tookMs: ready ? (ready.durationMs ?? ready.startedAtMs - request.startedAtMs) : null,
  };
};
