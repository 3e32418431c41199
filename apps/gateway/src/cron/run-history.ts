/** The finished runs of jobs: one line each, bounded, told newest first. */

import type { CronRun } from "@skykoi/protocol";

import type { CronFiles } from "./cron-files.ts";

export interface RunHistory {
  /** The same run recorded twice, by a crash in between, is shown once. Throws STORAGE_FAILED. */
  record(run: CronRun): Promise<void>;
  /** Newest first. */
  of(jobIds: readonly string[]): Promise<CronRun[]>;
  /** Of every job, also of removed ones. */
  all(): Promise<CronRun[]>;
  /** Keeps the histories of the jobs that exist and of those that were removed last. Answers the ids of the others. */
  prune(existing: ReadonlySet<string>): Promise<readonly string[]>;
}

const KEPT_RUNS = 200;
const KEPT_REMOVED_JOBS = 50;

export const createRunHistory = (files: CronFiles): RunHistory => {
  const of = async (jobIds: readonly string[]): Promise<CronRun[]> => {
    const lines = await Promise.all(jobIds.map((id) => files.readRuns(id)));
    const byRun = new Map<string, CronRun>();
    for (const line of lines.flat()) {
      const run = parse(line);
      if (run) byRun.set(run.runId, run);
    }
    return [...byRun.values()].toSorted((a, b) => b.ts - a.ts);
  };

  return {
    record: (run) => files.appendRun(run.jobId, JSON.stringify(run), KEPT_RUNS),
    of,
    all: async () => of(await files.jobsWithRuns()),
    prune: async (existing) => {
      const removed = (await files.jobsWithRuns()).filter((id) => !existing.has(id));
      const over = removed.slice(0, -KEPT_REMOVED_JOBS);
      for (const id of over) await files.removeRuns(id);
      return over;
    },
  };
};

/** A line torn by a crash is left out: the run is recorded again after the restart. */
const parse = (line: string): CronRun | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isRun(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isRun = (value: unknown): value is CronRun =>
  typeof value === "object" && value !== null && "runId" in value && "ts" in value && "status" in value;
