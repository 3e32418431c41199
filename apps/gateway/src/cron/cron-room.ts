/** The whole of the scheduler put together. Loaded when the first job is there or is asked about, and not before. */

import { createHash, randomUUID } from "node:crypto";

import { fault } from "@skykoi/fault";
import type { CronJob, CronRun, MethodParams, MethodResult } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import { createSessionAnnounce } from "./announce.ts";
import { createCronFiles, type CronFiles } from "./cron-files.ts";
import { newJob, patchedJob, type AddRequest, type JobPatch, type RequestContext } from "./job-request.ts";
import { createIsolatedSessions } from "./isolated-sessions.ts";
import { createJobRunner } from "./job-runner.ts";
import { openJobStore } from "./job-store.ts";
import { toCronJob, type Job } from "./job.ts";
import { selectJobs, selectRuns } from "./queries.ts";
import { createRunHistory } from "./run-history.ts";
import { createScheduler, type RunJob } from "./scheduler.ts";
import { createTimer, type Timer } from "./timer.ts";

export interface CronRoomOptions extends Pick<
  GatewayContext,
  | "home"
  | "config"
  | "agents"
  | "resolve"
  | "inbox"
  | "ends"
  | "store"
  | "hub"
  | "monitor"
  | "systemEvents"
  | "observeStorage"
  | "now"
  | "log"
> {
  readonly files?: CronFiles;
  readonly timer?: Timer;
  readonly monotonic?: () => number;
  readonly run?: RunJob;
}

/** What clients and the agent's own tool can do with jobs. Every change is on disk when it resolves. */
export interface CronRoom {
  list(params: MethodParams<"cron.list">): MethodResult<"cron.list">;
  status(): MethodResult<"cron.status">;
  runs(params: MethodParams<"cron.runs">): Promise<MethodResult<"cron.runs">>;
  add(request: AddRequest): Promise<CronJob>;
  /** Throws NOT_FOUND. */
  update(jobId: string, patch: JobPatch): Promise<CronJob>;
  remove(jobId: string): Promise<boolean>;
  /** Throws NOT_FOUND. */
  run(jobId: string, mode: "due" | "force" | "if-enabled"): Promise<MethodResult<"cron.run">>;
  start(): void;
  stop(): Promise<void>;
}

const MAX_JOBS = 500;

export const openCronRoom = async (options: CronRoomOptions): Promise<CronRoom> => {
  const { home, config, agents, resolve, hub, monitor, now } = options;
  const log = options.log.child("cron");
  const files = options.files ?? createCronFiles(home);
  const store = await openJobStore({ files, health: monitor, now, log });
  const history = createRunHistory(files);
  const isolated = createIsolatedSessions(options);
  /** What is left of jobs that have been gone for long. */
  const tidy = async (): Promise<void> => {
    for (const jobId of await history.prune(new Set(store.jobs().keys()))) await isolated.forget(jobId);
  };
  const scheduler = createScheduler({
    store,
    history,
    run: options.run ?? createJobRunner({ ...options, isolated, log, announce: createSessionAnnounce(options) }),
    timer: options.timer ?? createTimer(),
    now,
    monotonic: options.monotonic ?? (() => performance.now()),
    enabled: () => config.current().cron.enabled,
    maxConcurrentRuns: () => config.current().cron.maxConcurrentRuns,
    tell: (event) => hub.broadcast("cron", event),
    onGone: tidy,
    onStorageFailure: options.observeStorage,
    log,
  });

  const context = (): RequestContext => ({
    nowMs: now(),
    userTimeZone: config.current().agents.defaults.userTimezone,
    defaultAgentId: agents.defaultId,
    resolve,
  });
  const changed = async (action: "added" | "updated" | "removed", job: Job): Promise<CronJob> => {
    const shown = toCronJob(job, now());
    const { id: jobId, name, state } = shown;
    hub.broadcast("cron", { action, jobId, name, ...(state.nextRunAtMs && { nextRunAtMs: state.nextRunAtMs }) });
    await scheduler.look();
    return shown;
  };

  return {
    list: (params) =>
      selectJobs(
        [...store.jobs().values()].map((job) => toCronJob(job, now())),
        params,
      ),
    status: () => {
      const nextWakeAtMs = scheduler.nextWakeAtMs();
      return {
        enabled: config.current().cron.enabled,
        storePath: files.path,
        jobs: store.jobs().size,
        running: scheduler.running(),
        ...(nextWakeAtMs !== undefined && { nextWakeAtMs }),
      };
    },
    runs: async (params) => selectRuns(await runsOf(params), params),
    add: async (request) => {
      const id = idOf(request.idempotencyKey);
      const before = store.jobs().get(id);
      if (before) return toCronJob(before, now());
      const job = newJob(id, request, context());
      await store.change((jobs) => {
        if (jobs.size >= MAX_JOBS) throw fault("INVALID_REQUEST", { message: `There are already ${MAX_JOBS} jobs.` });
        jobs.set(id, jobs.get(id) ?? job);
      });
      return changed("added", store.jobs().get(id) ?? job);
    },
    update: async (jobId, patch) => {
      const job = await store.change((jobs) => {
        const next = patchedJob(existing(jobs, jobId), patch, context());
        jobs.set(jobId, next);
        return next;
      });
      return changed("updated", job);
    },
    remove: async (jobId) => {
      const job = store.jobs().get(jobId);
      if (!job) return false;
      await store.change((jobs) => jobs.delete(jobId));
      await tidy();
      await changed("removed", { ...job, enabled: false });
      return true;
    },
    run: async (jobId, mode) => {
      existing(store.jobs(), jobId);
      const at = now();
      const runId = `cron:${jobId}:manual:${at}:${randomUUID().slice(0, 4)}`;
      const answer = await scheduler.runNow(jobId, { runId, slotMs: at, claimedAtMs: at, manual: true }, mode);
      if (answer.kind === "enqueued") return { ok: true, enqueued: true, runId: answer.runId };
      return { ok: true, enqueued: false, ran: false, reason: answer.reason };
    },
    start: scheduler.start,
    stop: scheduler.stop,
  };

  async function runsOf({ id, jobId = id }: MethodParams<"cron.runs">): Promise<CronRun[]> {
    return jobId === undefined ? history.all() : history.of([jobId]);
  }
};

const idOf = (idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined
    ? randomUUID().slice(0, 8)
    : createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 12);

const existing = (jobs: ReadonlyMap<string, Job>, jobId: string): Job => {
  const job = jobs.get(jobId);
  if (!job) throw fault("NOT_FOUND", { message: `There is no scheduled job "${jobId}".` });
  return job;
};
