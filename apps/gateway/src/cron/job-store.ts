/** The jobs in memory and on disk: what is seen here is already durable. */

import type { Logger } from "@skykoi/log";

import type { HealthMonitor } from "../health/health-monitor.ts";
import type { CronFiles } from "./cron-files.ts";
import { jobsText, nextRunAtMs, parseJobs, type Job } from "./job.ts";

export interface JobStore {
  jobs(): ReadonlyMap<string, Job>;
  /**
   * Resolves to the answer when what `change` made of the jobs is on disk; an unchanged map is not written. Changes
   * follow each other. Throws STORAGE_FAILED, and then nothing has changed.
   */
  change<T>(change: (jobs: Map<string, Job>) => T): Promise<T>;
}

export interface JobStoreOptions {
  readonly files: CronFiles;
  readonly health: Pick<HealthMonitor, "report">;
  readonly now: () => number;
  readonly log: Logger;
}

export const openJobStore = async ({ files, health, now, log }: JobStoreOptions): Promise<JobStore> => {
  const loaded = await load(files, health, log);
  let jobs: ReadonlyMap<string, Job> = new Map(loaded.map((job) => [job.id, usable(job, now())]));
  let last: Promise<unknown> = Promise.resolve();

  const changeAfter = async <T>(before: Promise<unknown>, change: (jobs: Map<string, Job>) => T): Promise<T> => {
    await before;
    const next = new Map(jobs);
    const answer = change(next);
    if (!isSame(next, jobs)) {
      await files.writeJobs(jobsText(next.values()));
      jobs = next;
    }
    return answer;
  };

  return {
    jobs: () => jobs,
    change: (change) => {
      const changing = changeAfter(last, change);
      last = changing.catch(() => undefined);
      return changing;
    },
  };
};

const isSame = (a: ReadonlyMap<string, Job>, b: ReadonlyMap<string, Job>): boolean =>
  a.size === b.size && [...a].every(([id, job]) => b.get(id) === job);

const load = async (files: CronFiles, health: Pick<HealthMonitor, "report">, log: Logger): Promise<Job[]> => {
  const text = await files.readJobs();
  if (text === undefined) return [];
  const jobs = parseJobs(text);
  if (jobs) return jobs;
  const quarantinedTo = await files.quarantine();
  log.error("scheduled jobs not readable", { quarantinedTo });
  health.report("cron", `The scheduled jobs could not be read; the file was kept as ${quarantinedTo}.`);
  return [];
};

/** A schedule that this version cannot read must not stop the others. */
const usable = (job: Job, nowMs: number): Job => {
  try {
    nextRunAtMs(job, nowMs);
    return job;
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...job, enabled: false, last: { ...job.last, status: "error", error } };
  }
};
