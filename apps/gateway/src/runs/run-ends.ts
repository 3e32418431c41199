/** How runs ended, for whoever waits for one: a caller of `agent.wait`, a cron job, an HTTP request. */

import type { RunEnd } from "./frame-mapper.ts";

export interface RunEnds {
  /** A run is over; its end is already on disk. */
  settle(runId: string, end: RunEnd): void;
  /** The end of a run that ended a moment ago. */
  recent(runId: string): RunEnd | undefined;
  /** The end of a run, also of one that ended a moment ago; undefined when the time or the caller's patience is over. */
  wait(
    runId: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<RunEnd | undefined>;
}

/** Ends remembered for callers that ask a moment too late. */
const MAX_REMEMBERED = 256;

export const createRunEnds = (): RunEnds => {
  /** The oldest first. */
  const remembered = new Map<string, RunEnd>();
  const waiting = new Map<string, Set<(end: RunEnd) => void>>();

  const remember = (runId: string, end: RunEnd): void => {
    remembered.delete(runId);
    remembered.set(runId, end);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED) return;
      remembered.delete(oldest);
    }
  };

  return {
    settle: (runId, end) => {
      remember(runId, end);
      const waiters = waiting.get(runId);
      waiting.delete(runId);
      for (const tell of waiters ?? []) tell(end);
    },
    recent: (runId) => remembered.get(runId),
    wait: (runId, { timeoutMs, signal }) => {
      const known = remembered.get(runId);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        const waiters = waiting.get(runId) ?? new Set();
        const finish = (end: RunEnd | undefined): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", giveUp);
          waiters.delete(finish);
          if (waiters.size === 0 && waiting.get(runId) === waiters) waiting.delete(runId);
          resolve(end);
        };
        const giveUp = (): void => finish(undefined);
        const timer = setTimeout(giveUp, timeoutMs);
        signal?.addEventListener("abort", giveUp, { once: true });
        waiting.set(runId, waiters.add(finish));
        if (signal?.aborted) giveUp();
      });
    },
  };
};
