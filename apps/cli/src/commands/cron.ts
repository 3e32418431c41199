/** `koi cron`: the scheduled jobs of a running gateway. */

import type { CronJob, CronRun, MethodName, MethodParams, MethodResult } from "@skykoi/protocol";

import { UsageError, type Command, type CommandContext } from "../command.ts";
import { ADDRESS_OPTIONS as ADDRESS, addressOf, withGateway, type AddressOptions } from "../gateway-address.ts";
import { readOptions } from "../options.ts";
import { report, table } from "../report.ts";
import { JOB_OPTIONS, JOB_SWITCHES, UNIT_MS, jobOf, patchOf, wholeNumber } from "./cron-options.ts";

interface Question<N extends MethodName> {
  readonly options: AddressOptions;
  readonly json: boolean;
  readonly method: N;
  readonly params: MethodParams<N>;
}

/** Prints what `show` makes of the answer, or the answer itself with `--json`. */
const ask = <N extends MethodName>(
  context: CommandContext,
  { options, json, method, params }: Question<N>,
  show: (result: MethodResult<N>) => string[],
): Promise<number> =>
  report(context, json, async () => {
    const address = await addressOf(context, options);
    const result = await withGateway(address, (client) => client.request(method, params));
    return { json: result, lines: show(result) };
  });

export const cronList: Command = (context) => {
  const { options, switches } = readOptions(context.args, ADDRESS, { switches: ["all", "json"] });
  const params = { includeDisabled: switches.has("all"), limit: 200 };
  return ask(context, { options, json: switches.has("json"), method: "cron.list", params }, ({ jobs }) =>
    jobs.length === 0 ? ["No jobs."] : jobTable(jobs),
  );
};

export const cronStatus: Command = (context) => {
  const { options, switches } = readOptions(context.args, ADDRESS, { switches: ["json"] });
  return ask(context, { options, json: switches.has("json"), method: "cron.status", params: {} }, (answer) => [
    `Scheduler ${answer.enabled ? "on" : "off"}, ${answer.jobs} jobs, ${answer.running} at work.`,
    answer.nextWakeAtMs === undefined ? "Nothing is due." : `Next: ${moment(answer.nextWakeAtMs)}.`,
  ]);
};

export const cronAdd: Command = async (context) => {
  const { options, switches, positionals } = readJob(context);
  const params = jobOf(positionals[0] ?? options.name, options, switches);
  return ask(context, { options, json: switches.has("json"), method: "cron.add", params }, (job) => jobTable([job]));
};

export const cronEdit: Command = async (context) => {
  const { options, switches, positionals } = readJob(context);
  const params = { id: idOf(positionals), patch: patchOf(options, switches) };
  return ask(context, { options, json: switches.has("json"), method: "cron.update", params }, (job) => jobTable([job]));
};

export const cronRemove: Command = async (context) => {
  const { options, switches, positionals } = readOptions(context.args, ADDRESS, {
    maxPositionals: 1,
    switches: ["json"],
  });
  const params = { id: idOf(positionals) };
  return ask(context, { options, json: switches.has("json"), method: "cron.remove", params }, ({ removed }) => [
    removed ? "Removed." : "There is no such job.",
  ]);
};

export const cronRun: Command = async (context) => {
  const { options, switches, positionals } = readOptions(context.args, ADDRESS, {
    maxPositionals: 1,
    switches: ["due", "json"],
  });
  const params = { id: idOf(positionals), mode: switches.has("due") ? ("due" as const) : ("force" as const) };
  return ask(context, { options, json: switches.has("json"), method: "cron.run", params }, (answer) => [
    answer.enqueued ? `Started as ${answer.runId}.` : `Not started: ${answer.reason}.`,
  ]);
};

export const cronRuns: Command = async (context) => {
  const { options, switches, positionals } = readOptions(context.args, [...ADDRESS, "limit"], {
    maxPositionals: 1,
    switches: ["json"],
  });
  const [id] = positionals;
  const params = { limit: wholeNumber(options.limit ?? "20", "--limit"), ...(id !== undefined && { id }) };
  return ask(context, { options, json: switches.has("json"), method: "cron.runs", params }, ({ entries }) =>
    entries.length === 0 ? ["No runs."] : runTable(entries),
  );
};

const readJob = ({ args }: CommandContext) =>
  readOptions(args, [...ADDRESS, ...JOB_OPTIONS], { maxPositionals: 1, switches: JOB_SWITCHES });

const idOf = ([id]: readonly string[]): string => {
  if (id === undefined) throw new UsageError("Name the job by its id; koi cron list shows them.");
  return id;
};

/** On the clock of this terminal, with its zone. */
const moment = (atMs: number): string => new Date(atMs).toLocaleString("sv-SE", { timeZoneName: "short" });

const jobTable = (jobs: readonly CronJob[]): string[] => [
  ...table([["ID", "NEXT", "LAST", "SESSION", "SCHEDULE", "NAME"], ...jobs.map(jobRow)]),
  ...jobs.flatMap(({ id, state }) => (state.lastError === undefined ? [] : [`${id}: ${state.lastError}`])),
];

const jobRow = ({ id, name, enabled, schedule, sessionTarget, state }: CronJob): string[] => [
  id,
  nextOf(enabled, state),
  state.lastRunStatus ?? "-",
  sessionTarget,
  describeSchedule(schedule),
  name,
];

const nextOf = (enabled: boolean, { runningAtMs, nextRunAtMs }: CronJob["state"]): string => {
  if (runningAtMs !== undefined) return "running";
  if (!enabled) return "off";
  return nextRunAtMs === undefined ? "-" : moment(nextRunAtMs);
};

const describeSchedule = (schedule: CronJob["schedule"]): string => {
  switch (schedule.kind) {
    case "at":
      return `at ${moment(Date.parse(schedule.at))}`;
    case "every":
      return `every ${duration(schedule.everyMs)}`;
    default:
      return `${schedule.expr}${schedule.tz === undefined ? "" : ` (${schedule.tz})`}`;
  }
};

const duration = (ms: number): string => {
  const [unit, unitMs] = Object.entries(UNIT_MS).find(([, size]) => ms % size === 0) ?? ["ms", 1];
  return `${ms / unitMs}${unit}`;
};

const runTable = (runs: readonly CronRun[]): string[] =>
  table([
    ["AT", "JOB", "STATUS", "TOOK", "COST", "RESULT"],
    ...runs.map((run) => [
      moment(run.ts),
      run.jobId,
      run.status,
      `${(run.durationMs / 1000).toFixed(1)} s`,
      `$${run.costUsd.toFixed(4)}`,
      firstLine(run.error ?? run.summary ?? ""),
    ]),
  ]);

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
