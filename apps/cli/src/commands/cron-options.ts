/** What `koi cron add` and `koi cron edit` understand, as the gateway wants it. */

import type { MethodParams } from "@skykoi/protocol";

import { UsageError } from "../command.ts";

export const JOB_OPTIONS = [
  "at",
  "every",
  "cron",
  "tz",
  "message",
  "system-event",
  "session",
  "model",
  "thinking",
  "timeout-seconds",
  "to",
  "missed",
  "name",
  "description",
] as const;
export const JOB_SWITCHES = ["announce", "no-deliver", "keep-after-run", "enable", "disable", "json"] as const;

type JobOptions = Readonly<Partial<Record<string, string>>>;

type Add = MethodParams<"cron.add">;
type Patch = MethodParams<"cron.update">["patch"];

export const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** Throws a UsageError for what is missing or contradicts itself. */
export const jobOf = (name: string | undefined, options: JobOptions, switches: ReadonlySet<string>): Add => {
  const schedule = scheduleOf(options);
  const payload = payloadOf(options);
  if (name === undefined) {
    throw new UsageError('Name the job, for example: koi cron add "Tea" --at 20m --system-event "Tea!"');
  }
  if (!schedule) throw new UsageError("Say when: --at, --every or --cron.");
  if (!payload) throw new UsageError("Say what: --message or --system-event.");
  return { name, schedule, payload, ...settingsOf(options, switches) };
};

/** Only what was named changes. Throws a UsageError when that is nothing. */
export const patchOf = (options: JobOptions, switches: ReadonlySet<string>): Patch => {
  const schedule = scheduleOf(options);
  const turn = turnSettings(options);
  const payload =
    payloadOf(options) ?? (Object.keys(turn).length > 0 ? { kind: "agentTurn" as const, ...turn } : undefined);
  const patch = {
    ...(options["name"] !== undefined && { name: options["name"] }),
    ...(schedule && { schedule }),
    ...(payload && { payload }),
    ...settingsOf(options, switches),
  };
  if (Object.keys(patch).length === 0) throw new UsageError("Say what to change; koi help shows the options.");
  return patch;
};

export const wholeNumber = (text: string, option: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} must be a number.`);
  return Number(text);
};

const scheduleOf = ({ at, every, cron: expr, tz }: JobOptions): Add["schedule"] | undefined => {
  if ([at, every, expr].filter((given) => given !== undefined).length > 1) {
    throw new UsageError("Choose one of --at, --every and --cron.");
  }
  if (tz !== undefined && expr === undefined) throw new UsageError("--tz belongs to --cron.");
  if (at !== undefined) return { kind: "at", at };
  if (every !== undefined) return { kind: "every", everyMs: durationMs(every) };
  return expr === undefined ? undefined : { kind: "cron", expr, ...(tz !== undefined && { tz }) };
};

const durationMs = (text: string): number => {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined && (unit === "s" || unit === "m" || unit === "h" || unit === "d")) {
    return Number(amount) * UNIT_MS[unit];
  }
  throw new UsageError(`--every must be a duration like "30m".`);
};

const payloadOf = (options: JobOptions) => {
  const { message, "system-event": text } = options;
  if (message !== undefined && text !== undefined) throw new UsageError("Choose one of --message and --system-event.");
  if (text !== undefined) return { kind: "systemEvent" as const, text };
  return message === undefined ? undefined : { kind: "agentTurn" as const, message, ...turnSettings(options) };
};

const turnSettings = ({ model, thinking, "timeout-seconds": limit }: JobOptions) => ({
  ...(model !== undefined && { model }),
  ...(thinking !== undefined && { thinking }),
  ...(limit !== undefined && { timeoutSeconds: wholeNumber(limit, "--timeout-seconds") }),
});

const settingsOf = ({ session, to, missed, description }: JobOptions, switches: ReadonlySet<string>) => {
  const policy = (["runOnce", "skip"] as const).find((known) => known === missed);
  if (missed !== undefined && !policy) throw new UsageError("--missed must be runOnce or skip.");
  if (to !== undefined && !switches.has("announce")) throw new UsageError("--to belongs to --announce.");
  return {
    ...(session !== undefined && { sessionTarget: session }),
    ...(description !== undefined && { description }),
    ...(policy && { missed: policy }),
    ...(switches.has("announce") && { delivery: { mode: "announce" as const, ...(to !== undefined && { to }) } }),
    ...(switches.has("no-deliver") && { delivery: { mode: "none" as const } }),
    ...(switches.has("keep-after-run") && { deleteAfterRun: false }),
    ...(switches.has("enable") && { enabled: true }),
    ...(switches.has("disable") && { enabled: false }),
  };
};
