/** Scheduled jobs as the agent's own tool sees them: those of its agent, the conversation it is in being "here". */

import type { CronOperations, JobChange, JobPlace, RunOrigin, ScheduledJob } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import type { CronJob } from "@skykoi/protocol";

import type { CronRoom } from "./cron-room.ts";

interface Source {
  readonly room: () => Promise<CronRoom>;
  /** IANA name. */
  readonly timeZone: () => string;
}

const MAX_SHOWN = 200;
const NEXT_RUNS = 3;

export const createAgentCronOperations = ({ room, timeZone }: Source): CronOperations => {
  const jobsOf = async ({ agentId }: RunOrigin): Promise<readonly CronJob[]> =>
    (await room()).list({ includeDisabled: true, agentId, limit: MAX_SHOWN }).jobs;

  const show = (job: CronJob): Promise<ScheduledJob> => toScheduledJob(job, timeZone());

  /** Throws NOT_FOUND also for a job of another agent. */
  const own = async (run: RunOrigin, id: string): Promise<CronJob> => {
    const job = (await jobsOf(run)).find((candidate) => candidate.id === id);
    if (!job) throw fault("NOT_FOUND", { message: `There is no scheduled job "${id}".` });
    return job;
  };

  return {
    timeZone,
    status: async () => (await room()).status(),
    list: async (run) => Promise.all((await jobsOf(run)).map(show)),
    add: async (run, { name, schedule, message, place }) =>
      show(
        await (
          await room()
        ).add({
          name,
          schedule,
          agentId: run.agentId,
          payload: { kind: "agentTurn", message },
          ...placed(place, run),
        }),
      ),
    update: async (run, id, change) => {
      await own(run, id);
      return show(await (await room()).update(id, patchOf(change, run)));
    },
    remove: async (run, id) => {
      await own(run, id);
      await (await room()).remove(id);
    },
    run: async (run, id) => {
      await own(run, id);
      const answer = await (await room()).run(id, "force");
      return answer.enqueued ? "started" : "already-running";
    },
  };
};

const placed = (place: JobPlace, { sessionKey }: RunOrigin) =>
  place === "here"
    ? { sessionTarget: `session:${sessionKey}`, delivery: { mode: "none" as const } }
    : { sessionTarget: "isolated", delivery: { mode: "announce" as const, to: sessionKey } };

const patchOf = ({ name, schedule, message, place, enabled }: JobChange, run: RunOrigin) => ({
  ...(name !== undefined && { name }),
  ...(schedule && { schedule }),
  ...(message !== undefined && { payload: { kind: "agentTurn" as const, message } }),
  ...(place && placed(place, run)),
  ...(enabled !== undefined && { enabled }),
});

const toScheduledJob = async (job: CronJob, timeZone: string): Promise<ScheduledJob> => {
  const { id, name, enabled, schedule, sessionTarget, payload, state } = job;
  const { lastRunStatus: status, lastError: error } = state;
  return {
    id,
    name,
    enabled,
    isRunning: state.runningAtMs !== undefined,
    schedule,
    place: sessionTarget.replace(/^session:/, ""),
    message: payload.kind === "agentTurn" ? payload.message : payload.text,
    nextRunsMs: await nextRuns(job, timeZone),
    ...(status && { last: { status, ...(error !== undefined && { error }) } }),
  };
};

const nextRuns = async ({ schedule, state: { nextRunAtMs } }: CronJob, timeZone: string): Promise<number[]> => {
  if (nextRunAtMs === undefined) return [];
  if (schedule.kind === "at") return [nextRunAtMs];
  const { nextSlot } = await import("./schedule.ts");
  const runs = [nextRunAtMs];
  for (let last: number | undefined = nextRunAtMs; last !== undefined && runs.length < NEXT_RUNS;) {
    last = nextSlot(
      schedule.kind === "every"
        ? { kind: "every", everyMs: schedule.everyMs, anchorMs: schedule.anchorMs ?? nextRunAtMs }
        : { kind: "cron", expr: schedule.expr, tz: schedule.tz ?? timeZone },
      last,
    );
    if (last !== undefined) runs.push(last);
  }
  return runs;
};
