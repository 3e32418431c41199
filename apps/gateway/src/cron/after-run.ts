/** What a finished run makes of its job. Pure. */

import type { CronRun } from "@skykoi/protocol";

import { MAX_BACKOFF_MS, type Claim, type Job } from "./job.ts";

export interface JobOutcome {
  readonly status: CronRun["status"];
  /** A sentence; with `error` and `skipped`. */
  readonly error?: string;
  readonly summary?: string;
  readonly costUsd: number;
  readonly model?: string;
  readonly sessionKey: string;
  readonly deliveryStatus: CronRun["deliveryStatus"];
}

/** Undefined: the job is done and goes. */
export const afterRun = (job: Job, claim: Claim, outcome: JobOutcome, nowMs: number): Job | undefined => {
  const { claim: _claim, ...rest } = job;
  const isOver = job.schedule.kind === "at" && claim.manual !== true;
  if (isOver && job.deleteAfterRun && outcome.status === "ok") return undefined;
  const consecutiveErrors = outcome.status === "error" ? job.consecutiveErrors + 1 : 0;
  return {
    ...rest,
    enabled: job.enabled && !isOver,
    last: {
      atMs: claim.slotMs,
      status: outcome.status,
      ...(outcome.error !== undefined && { error: outcome.error }),
      durationMs: Math.max(0, nowMs - claim.claimedAtMs),
      delivery: outcome.deliveryStatus,
    },
    consecutiveErrors,
    retryAfterMs: consecutiveErrors === 0 ? 0 : nowMs + backoffMs(consecutiveErrors),
  };
};

/** The line of its history. */
export const runRecord = (job: Job, claim: Claim, outcome: JobOutcome, nowMs: number): CronRun => ({
  ts: nowMs,
  jobId: job.id,
  action: "finished",
  ...outcome,
  ...(outcome.error !== undefined && { error: cut(outcome.error) }),
  ...(outcome.summary !== undefined && { summary: cut(outcome.summary) }),
  runId: claim.runId,
  runAtMs: claim.slotMs,
  durationMs: Math.max(0, nowMs - claim.claimedAtMs),
});

const BACKOFF_MS = [30_000, 60_000, 300_000, 900_000];
const backoffMs = (errors: number): number => BACKOFF_MS[errors - 1] ?? MAX_BACKOFF_MS;

const MAX_SHOWN = 500;
const cut = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text);
