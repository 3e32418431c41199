/** Filters, order and pages of jobs and runs. Pure. */

import { createHash } from "node:crypto";

import type { CronJob, CronRun, MethodParams, MethodResult } from "@skykoi/protocol";

const DEFAULT_LIMIT = 50;

export const selectJobs = (jobs: readonly CronJob[], params: MethodParams<"cron.list">): MethodResult<"cron.list"> => {
  const { enabled = params.includeDisabled === true ? "all" : "enabled", query = "", scheduleKind = "all" } = params;
  const { lastRunStatus = "all", agentId, sortBy = "nextRunAtMs", sortDir = "asc" } = params;
  const words = query.toLowerCase();
  const selected = jobs.filter(
    (job) =>
      (enabled === "all" || job.enabled === (enabled === "enabled")) &&
      (scheduleKind === "all" || job.schedule.kind === scheduleKind) &&
      (lastRunStatus === "all" || (job.state.lastRunStatus ?? "unknown") === lastRunStatus) &&
      (agentId === undefined || job.agentId === agentId) &&
      `${job.id} ${job.name} ${job.description ?? ""}`.toLowerCase().includes(words),
  );
  const sorted = selected.toSorted(ORDERS[sortBy]);
  const { rows, ...page } = pageOf(sortDir === "asc" ? sorted : sorted.toReversed(), params);
  return { jobs: rows, ...page, snapshotRevision: revisionOf(jobs) };
};

const revisionOf = (jobs: readonly CronJob[]): string =>
  createHash("sha256")
    .update(JSON.stringify(jobs.map(({ id, updatedAtMs }) => `${id}:${updatedAtMs}`).toSorted(byText)))
    .digest("base64url")
    .slice(0, 16);

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const ORDERS = {
  nextRunAtMs: (a: CronJob, b: CronJob) => (a.state.nextRunAtMs ?? Infinity) - (b.state.nextRunAtMs ?? Infinity) || 0,
  updatedAtMs: (a: CronJob, b: CronJob) => a.updatedAtMs - b.updatedAtMs,
  name: (a: CronJob, b: CronJob) => a.name.localeCompare(b.name),
} as const;

/** `runs` come newest first. */
export const selectRuns = (runs: readonly CronRun[], params: MethodParams<"cron.runs">): MethodResult<"cron.runs"> => {
  const { runId, status = "all", statuses, deliveryStatus, query = "", sortDir = "desc" } = params;
  const words = query.toLowerCase();
  const selected = runs.filter(
    (run) =>
      (runId === undefined || run.runId === runId) &&
      (status === "all" || run.status === status) &&
      (statuses === undefined || statuses.includes(run.status)) &&
      (deliveryStatus === undefined || run.deliveryStatus === deliveryStatus) &&
      `${run.summary ?? ""} ${run.error ?? ""}`.toLowerCase().includes(words),
  );
  const { rows, ...page } = pageOf(sortDir === "desc" ? selected : selected.toReversed(), params);
  return { entries: rows, ...page };
};

const pageOf = <T>(rows: readonly T[], { limit = DEFAULT_LIMIT, offset = 0 }: { limit?: number; offset?: number }) => {
  const end = offset + limit;
  const hasMore = end < rows.length;
  return {
    rows: rows.slice(offset, end),
    total: rows.length,
    offset,
    limit,
    hasMore,
    nextOffset: hasMore ? end : null,
  };
};
