/** `cron`: the agent schedules what it is to do later, and sees and changes what is scheduled. */

import { isFault } from "@skykoi/fault";
import { Type, type Static } from "typebox";

import type { RunOrigin, Tool, ToolResult } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import type { CronOperations, JobSchedule } from "./cron-operations.ts";
import { describeJob, describeMoment } from "./describe-job.ts";

const ACTIONS = ["list", "add", "update", "remove", "run", "status"] as const;

const text = (description: string, maxLength = 200) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));

const Input = Type.Object(
  {
    action: Type.Enum([...ACTIONS]),
    id: text("Job id; update, remove, run"),
    name: text("Short name; add, update"),
    at: text('Once: "2026-05-01T09:00" on your person\'s clock, or from now "20m"'),
    every: text('Repeated: "90s", "30m", "2h", "1d"'),
    cron: text('Repeated: "0 8 * * 1-5"'),
    tz: text("Time zone of cron; default: your person's"),
    message: text("What you will be told to do then, with all you need to know", 20_000),
    place: Type.Optional(
      Type.Enum(["here", "isolated"], {
        description: "here: a message in this conversation (default). isolated: a fresh one; its answer is told here",
      }),
    ),
    enabled: Type.Optional(Type.Boolean({ description: "update: off and on" })),
  },
  { additionalProperties: false },
);
type Input = Static<typeof Input>;

export const createCronTool = (operations: CronOperations): Tool =>
  defineTool({
    name: "cron",
    description:
      "Your scheduled jobs: list; add (name, message and one of at, every, cron); update; remove; run (now); status. For reminders and recurring work. Answers with the next runs on your person's clock.",
    input: Input,
    title: ({ action, name, id }) => {
      const job = name ?? id;
      return job === undefined ? `${action} scheduled jobs` : `${action} scheduled job ${job}`;
    },
    execute: async (input, { run }) => {
      try {
        return await act(operations, input, run);
      } catch (thrown) {
        if (isFault(thrown)) return failed(thrown.message);
        throw thrown;
      }
    },
  });

const act = async (operations: CronOperations, input: Input, run: RunOrigin): Promise<ToolResult> => {
  const timeZone = operations.timeZone();
  switch (input.action) {
    case "list": {
      const jobs = await operations.list(run);
      return succeeded(jobs.map((job) => describeJob(job, timeZone)).join("\n") || "Nothing is scheduled.");
    }
    case "status": {
      const { enabled, nextWakeAtMs } = await operations.status();
      const next = nextWakeAtMs === undefined ? "Nothing is due." : `Next: ${describeMoment(nextWakeAtMs, timeZone)}.`;
      return succeeded(`Scheduled jobs are ${enabled ? "run at their times" : "switched off (cron.enabled)"}. ${next}`);
    }
    case "add":
      return add(operations, input, run);
    default:
      return withJob(operations, input, run);
  }
};

const add = async (operations: CronOperations, input: Input, run: RunOrigin): Promise<ToolResult> => {
  const { name, message, place = "here" } = input;
  const schedule = scheduleOf(input);
  if (typeof schedule === "string") return failed(schedule);
  if (!schedule) return failed("Say when: at, every or cron.");
  if (name === undefined || message === undefined) return failed("A job needs a name and a message.");
  const job = await operations.add(run, { name, schedule, message, place });
  return succeeded(describeJob(job, operations.timeZone()));
};

const withJob = async (operations: CronOperations, input: Input, run: RunOrigin): Promise<ToolResult> => {
  const { id, name, message, place, enabled } = input;
  if (id === undefined) return failed("Name the job by its id; list shows them.");
  if (input.action === "remove") {
    await operations.remove(run, id);
    return succeeded(`The job ${id} is removed.`);
  }
  if (input.action === "run") {
    const answer = await operations.run(run, id);
    return succeeded(answer === "started" ? `The job ${id} runs now.` : `The job ${id} is running already.`);
  }
  const schedule = scheduleOf(input);
  if (typeof schedule === "string") return failed(schedule);
  const job = await operations.update(run, id, {
    ...(name !== undefined && { name }),
    ...(message !== undefined && { message }),
    ...(place && { place }),
    ...(enabled !== undefined && { enabled }),
    ...(schedule && { schedule }),
  });
  return succeeded(describeJob(job, operations.timeZone()));
};

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A text says what is wrong. */
const scheduleOf = ({ at, every, cron: expr, tz }: Input): JobSchedule | string | undefined => {
  if ([at, every, expr].filter((given) => given !== undefined).length > 1)
    return "Give only one of at, every and cron.";
  if (at !== undefined) return { kind: "at", at };
  if (expr !== undefined) return { kind: "cron", expr, ...(tz !== undefined && { tz }) };
  if (every === undefined) return undefined;
  const [, amount, unit = ""] = /^(\d{1,6})\s*([smhd])$/.exec(every) ?? [];
  if (amount === undefined) return `"${every}" is not a duration like "30m".`;
  return { kind: "every", everyMs: Number(amount) * (UNIT_MS[unit] ?? 0) };
};
