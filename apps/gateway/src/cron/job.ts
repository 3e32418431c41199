/** A scheduled job as it is kept: what was asked for, which slots are done, how the last run went. */

import { compileValidator } from "@skykoi/schema";
import { CronJob } from "@skykoi/protocol";
import { Type, type Static } from "typebox";

import { nextDue, type SlotHistory } from "./due-slots.ts";
import type { Schedule } from "./schedule.ts";

const ms = () => Type.Integer({ minimum: 0 });

const StoredSchedule = Type.Union([
  Type.Object({ kind: Type.Literal("at"), atMs: ms() }),
  Type.Object({ kind: Type.Literal("every"), everyMs: Type.Integer({ minimum: 1000 }), anchorMs: ms() }),
  Type.Object({ kind: Type.Literal("cron"), expr: Type.String(), tz: Type.String() }),
]);

/** A slot that was claimed and whose run has not been recorded yet. */
const Claim = Type.Object({
  /** The same after a crash: what was accepted under it is not accepted again. */
  runId: Type.String({ minLength: 1 }),
  /** The slot, or when a person asked for the run. */
  slotMs: ms(),
  claimedAtMs: ms(),
  /** Somebody asked for it: no slot of the schedule. */
  manual: Type.Optional(Type.Boolean()),
});
export type Claim = Readonly<Static<typeof Claim>>;

const { schedule: _schedule, state: _state, ...definition } = CronJob.properties;

const StoredJob = Type.Object({
  ...definition,
  schedule: StoredSchedule,
  history: Type.Object({ watermarkMs: ms(), floorMs: ms(), claimed: Type.Array(ms()) }),
  claim: Type.Optional(Claim),
  last: Type.Object({
    atMs: Type.Optional(ms()),
    status: Type.Optional(CronJob.properties.state.properties.lastRunStatus),
    error: Type.Optional(Type.String()),
    durationMs: Type.Optional(ms()),
    delivery: Type.Optional(CronJob.properties.state.properties.lastDeliveryStatus),
  }),
  consecutiveErrors: ms(),
  /** After a failure: slots up to here are passed over. */
  retryAfterMs: ms(),
});

export type Job = Readonly<Omit<Static<typeof StoredJob>, "schedule" | "history" | "claim">> & {
  readonly schedule: Schedule;
  readonly history: SlotHistory;
  readonly claim?: Claim;
};

const StoredJobs = Type.Object({ version: Type.Literal(1), jobs: Type.Array(StoredJob) });
let check: ReturnType<typeof compileValidator<typeof StoredJobs>> | undefined;

/** Undefined for a text that no version of this file has written. */
export const parseJobs = (text: string): Job[] | undefined => {
  check ??= compileValidator(StoredJobs);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const checked = check(value);
  return checked.ok ? checked.value.jobs : undefined;
};

export const jobsText = (jobs: Iterable<Job>): string => JSON.stringify({ version: 1, jobs: [...jobs] });

/** When a switched-on job is due next; undefined while it runs and when nothing is left of it. */
export const nextRunAtMs = (job: Job, nowMs: number): number | undefined =>
  job.enabled && !job.claim ? nextDue(job.schedule, job.history, nowMs, notBeforeMs(job, nowMs)) : undefined;

/** Slots up to here are passed over after failures. */
export const notBeforeMs = ({ retryAfterMs }: Job, nowMs: number): number =>
  // A wait that lies further ahead was set by a clock that has gone back since.
  retryAfterMs - nowMs > MAX_BACKOFF_MS ? 0 : retryAfterMs;

export const MAX_BACKOFF_MS = 3_600_000;

/** As clients see it. */
export const toCronJob = (job: Job, nowMs: number): CronJob => {
  const { schedule, history: _history, claim, last, consecutiveErrors, retryAfterMs: _retryAfterMs, ...shown } = job;
  const next = nextRunAtMs(job, nowMs);
  return {
    ...shown,
    schedule: schedule.kind === "at" ? { kind: "at", at: new Date(schedule.atMs).toISOString() } : schedule,
    state: {
      ...(next !== undefined && { nextRunAtMs: next }),
      ...(claim && { runningAtMs: claim.claimedAtMs }),
      ...(last.atMs !== undefined && { lastRunAtMs: last.atMs }),
      ...(last.status && { lastRunStatus: last.status }),
      ...(last.error !== undefined && { lastError: last.error }),
      ...(last.durationMs !== undefined && { lastDurationMs: last.durationMs }),
      ...(last.delivery && { lastDeliveryStatus: last.delivery }),
      consecutiveErrors,
    },
  };
};
