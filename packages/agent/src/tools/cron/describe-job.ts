/** A scheduled job in words, with its next runs on the person's clock. Pure. */

import type { JobSchedule, ScheduledJob } from "./cron-operations.ts";

export const describeJob = (job: ScheduledJob, timeZone: string): string =>
  [
    `${job.id} "${job.name}": ${describeSchedule(job.schedule)}, ${describePlace(job.place)}.`,
    describeNext(job, timeZone),
    ...(job.last ? [`Last run: ${job.last.status}${job.last.error === undefined ? "" : ` (${job.last.error})`}.`] : []),
    `Text: ${job.message.length > 200 ? `${job.message.slice(0, 200)}…` : job.message}`,
  ].join("\n  ");

export const describeMoment = (atMs: number, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(atMs);

const describeNext = ({ enabled, isRunning, nextRunsMs }: ScheduledJob, timeZone: string): string => {
  if (isRunning) return "It is running now.";
  if (!enabled) return "It is switched off.";
  if (nextRunsMs.length === 0) return "No run is left.";
  return `Next: ${nextRunsMs.map((atMs) => describeMoment(atMs, timeZone)).join("; ")}.`;
};

const describePlace = (place: string): string =>
  place === "isolated" ? "in a conversation of its own" : `as a message in ${place}`;

const describeSchedule = (schedule: JobSchedule): string => {
  switch (schedule.kind) {
    case "at":
      return "once";
    case "every":
      return `every ${describeInterval(schedule.everyMs)}`;
    default:
      return `at "${schedule.expr}"${schedule.tz === undefined ? "" : ` on the clock of ${schedule.tz}`}`;
  }
};

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

const describeInterval = (ms: number): string => {
  const [unit, unitMs] = UNITS.find(([, size]) => ms % size === 0) ?? ["millisecond", 1];
  const count = ms / unitMs;
  return count === 1 ? unit : `${count} ${unit}s`;
};
