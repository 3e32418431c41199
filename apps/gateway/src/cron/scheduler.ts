/**
 * Runs jobs at their slots. A slot is claimed on disk before anything of it happens, and its run has a name made of job
 * and slot: after a crash at any point the same run is asked for again, and whoever accepts runs accepts each name once.
 */

import { toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import type { EventPayload } from "@skykoi/protocol";

import { afterRun, runRecord, type JobOutcome } from "./after-run.ts";
import { dueSlots } from "./due-slots.ts";
import type { JobStore } from "./job-store.ts";
import { nextRunAtMs, notBeforeMs, type Claim, type Job } from "./job.ts";
import type { RunHistory } from "./run-history.ts";
import type { Timer } from "./timer.ts";

/**
 * Idempotent by the claim's run id: asked a second time it only waits for the end. Undefined: not decided yet, ask again
 * later. May throw; a throw is an outcome.
 */
export type RunJob = (job: Job, claim: Claim, signal: AbortSignal) => Promise<JobOutcome | undefined>;

type ManualRun =
  | { readonly kind: "enqueued"; readonly runId: string }
  | { readonly kind: "refused"; readonly reason: "already-running" | "not-due" | "disabled" };

export interface Scheduler {
  /** Takes up what a crash left claimed, then waits for slots. */
  readonly start: () => void;
  /** After a change of jobs or of the configuration. */
  look(): Promise<void>;
  /** Claims a run besides the slots. Throws STORAGE_FAILED. */
  runNow(jobId: string, claim: Claim, mode: "due" | "force" | "if-enabled"): Promise<ManualRun>;
  nextWakeAtMs(): number | undefined;
  running(): number;
  /** No new run; what is under way is left claimed for the next start. */
  readonly stop: () => Promise<void>;
}

export interface SchedulerOptions {
  readonly store: JobStore;
  readonly history: RunHistory;
  readonly run: RunJob;
  readonly timer: Timer;
  readonly now: () => number;
  /** Milliseconds on a clock that nobody sets. */
  readonly monotonic: () => number;
  /** Whether slots are run; jobs can be kept and run by hand without. */
  readonly enabled: () => boolean;
  readonly maxConcurrentRuns: () => number;
  readonly tell: (event: EventPayload<"cron">) => void;
  /** A job is gone after its only run. */
  readonly onGone: () => Promise<void>;
  /** A write failed outside a request. */
  readonly onStorageFailure: (thrown: unknown) => void;
  readonly log: Logger;
}

/** The longest sleep: a machine that was suspended and a clock that was set are noticed this soon. */
const MAX_STEP_MS = 60_000;
/** After a failed write, or a run that could not be accepted. */
const RETRY_MS = 15_000;

export const createScheduler = (options: SchedulerOptions): Scheduler => {
  const { store, history, timer, now, log } = options;
  const stopping = new AbortController();
  /** Job ids: claimed, waiting for a place. */
  let waiting: string[] = [];
  /** By job id. */
  const active = new Map<string, Promise<void>>();
  let retryAt: number | undefined;
  const nextOf = createNextCache(now);
  const setBackSince = createJumpDetector(now, options.monotonic);

  const look = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    try {
      const claimed = await store.change((jobs) =>
        options.enabled() ? claimDue(jobs, { nowMs: now(), sinceMs: setBackSince() }, nextOf) : [],
      );
      waiting.push(...claimed);
      retryAt = undefined;
    } catch (thrown) {
      options.onStorageFailure(thrown);
      retryAt = now() + RETRY_MS;
    }
    startWaiting();
    arm();
  };

  const startWaiting = (): void => {
    while (!stopping.signal.aborted && active.size < options.maxConcurrentRuns()) {
      const jobId = waiting.shift();
      if (jobId === undefined) return;
      const job = store.jobs().get(jobId);
      if (job?.claim) active.set(jobId, work(job, job.claim));
    }
  };

  const work = async (job: Job, claim: Claim): Promise<void> => {
    options.tell({ action: "started", ...identityOf(job, claim) });
    const done = await settle(job, claim);
    active.delete(job.id);
    if (done) await look();
    else if (!stopping.signal.aborted && store.jobs().get(job.id)?.claim) {
      waiting.push(job.id);
      retryAt = now() + RETRY_MS;
      arm();
    }
  };

  /** Whether the run is over and recorded. Never throws. */
  const settle = async (job: Job, claim: Claim): Promise<boolean> => {
    try {
      const outcome = await options.run(job, claim, stopping.signal).catch((thrown) => failure(job, toFault(thrown)));
      if (!outcome) return false;
      const endedAt = now();
      const record = runRecord(job, claim, outcome, endedAt);
      await history.record(record);
      const next = await store.change((jobs) => {
        const current = jobs.get(job.id);
        if (current?.claim?.runId !== claim.runId) return undefined;
        const after = afterRun(current, claim, outcome, endedAt);
        if (after) jobs.set(job.id, after);
        else jobs.delete(job.id);
        return after;
      });
      if (!next) await options.onGone();
      const { status, error, durationMs } = record;
      const nextRun = next && nextOf(next);
      options.tell({
        action: "finished",
        ...identityOf(job, claim),
        status,
        durationMs,
        ...(error !== undefined && { error }),
        ...(nextRun !== undefined && { nextRunAtMs: nextRun }),
      });
      if (error !== undefined)
        log.warn("scheduled run not successful", { jobId: job.id, runId: claim.runId, status, error });
      return true;
    } catch (thrown) {
      options.onStorageFailure(thrown);
      return false;
    }
  };

  const earliest = (): number | undefined => {
    if (!options.enabled()) return undefined;
    const due = [...store.jobs().values()].flatMap((job) => nextOf(job) ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  };

  const arm = (): void => {
    timer.clear();
    if (stopping.signal.aborted) return;
    const due = retryAt ?? earliest();
    if (due !== undefined) timer.set(Math.min(Math.max(0, due - now()), MAX_STEP_MS), () => void look());
  };

  return {
    start: () => {
      waiting = claimedJobs(store.jobs());
      void look();
    },
    look,
    runNow: async (jobId, claim, mode) => {
      if (mode === "due") {
        await look();
        const due = store.jobs().get(jobId)?.claim;
        return due ? { kind: "enqueued", runId: due.runId } : { kind: "refused", reason: "not-due" };
      }
      const answer = await store.change((jobs): ManualRun => {
        const job = jobs.get(jobId);
        if (!job || job.claim) return { kind: "refused", reason: "already-running" };
        if (mode === "if-enabled" && !job.enabled) return { kind: "refused", reason: "disabled" };
        jobs.set(jobId, { ...job, claim });
        return { kind: "enqueued", runId: claim.runId };
      });
      if (answer.kind === "enqueued") waiting.push(jobId);
      startWaiting();
      return answer;
    },
    nextWakeAtMs: earliest,
    running: () => active.size,
    stop: async () => {
      stopping.abort();
      timer.clear();
      await Promise.all(active.values());
    },
  };
};

/** Ids, the earliest slot first. */
const claimedJobs = (jobs: ReadonlyMap<string, Job>): string[] =>
  [...jobs.values()]
    .flatMap(({ id, claim }) => (claim ? [{ id, slotMs: claim.slotMs }] : []))
    .toSorted((a, b) => a.slotMs - b.slotMs)
    .map(({ id }) => id);

const identityOf = ({ id: jobId, name }: Job, { runId, slotMs: runAtMs }: Claim) => ({ jobId, name, runId, runAtMs });

interface Look {
  readonly nowMs: number;
  /** Since when the clock runs, when it was set back since the last look. */
  readonly sinceMs: number | undefined;
}

/** Smaller differences are two clocks read one after the other. */
const JUMP_MS = 500;

const createJumpDetector = (now: () => number, monotonic: () => number) => {
  let wall = now();
  let steady = monotonic();
  return (): number | undefined => {
    const elapsed = monotonic() - steady;
    const jumped = now() - wall < elapsed - JUMP_MS;
    steady += elapsed;
    wall = now();
    return jumped ? wall - Math.round(elapsed) : undefined;
  };
};

/** Ids of the jobs whose slot is claimed now, the earliest slot first. */
const claimDue = (
  jobs: Map<string, Job>,
  { nowMs, sinceMs }: Look,
  nextOf: (job: Job) => number | undefined,
): string[] => {
  const claimed: { readonly id: string; readonly slot: number }[] = [];
  for (const job of jobs.values()) {
    const { id, enabled, claim, schedule, history, missed, missedToleranceMs: toleranceMs } = job;
    if (!enabled || claim) continue;
    if (sinceMs === undefined && nowMs >= history.watermarkMs && (nextOf(job) ?? Infinity) > nowMs) continue;
    const due = dueSlots(schedule, { missed, toleranceMs }, history, {
      nowMs,
      ...(sinceMs !== undefined && { sinceMs }),
      notBeforeMs: notBeforeMs(job, nowMs),
    });
    if (due.run !== undefined) {
      const runId = `cron:${id}:${due.run}`;
      jobs.set(id, { ...job, history: due.history, claim: { runId, slotMs: due.run, claimedAtMs: nowMs } });
      claimed.push({ id, slot: due.run });
    } else if (due.history !== history) jobs.set(id, passedOver({ ...job, history: due.history }, nowMs));
  }
  return claimed.toSorted((a, b) => a.slot - b.slot).map(({ id }) => id);
};

/** The only slot of an `at` job was too late for its policy: it is over and says so. */
const passedOver = (job: Job, nowMs: number): Job => {
  if (job.schedule.kind !== "at" || job.schedule.atMs > nowMs) return job;
  const last = {
    atMs: job.schedule.atMs,
    status: "skipped" as const,
    error: "The time had passed before it could run.",
  };
  return { ...job, enabled: false, last: { ...last, delivery: "not-requested" as const } };
};

/** A job is a value: its next slot is computed once, unless the clock went back. */
const createNextCache = (now: () => number) => {
  const known = new WeakMap<Job, number | undefined>();
  return (job: Job): number | undefined => {
    const nowMs = now();
    if (nowMs < job.history.watermarkMs) return nextRunAtMs(job, nowMs);
    if (!known.has(job)) known.set(job, nextRunAtMs(job, nowMs));
    return known.get(job);
  };
};

const failure = (job: Job, { message }: { readonly message: string }): JobOutcome => ({
  status: "error",
  error: message,
  costUsd: 0,
  sessionKey: job.sessionTarget,
  deliveryStatus: "not-requested",
});
