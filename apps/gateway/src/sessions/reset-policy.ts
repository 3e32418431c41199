/** Whether the next message begins a new session: pure, by the calendar of the person. */

import type { SkykoiConfig } from "@skykoi/config";

import { sessionTypeOf } from "./session-key.ts";

type SessionConfig = SkykoiConfig["session"];
export type ResetPolicy = SessionConfig["reset"];

/** What decides when a session ends by itself. Milliseconds since the epoch. */
export interface SessionTimes {
  readonly createdAt: number;
  /** The last message of a person, or the last answer to one. */
  readonly lastInteractionAt?: number;
}

/** The channel's own rule wins over that of the type, each only in what it says. undefined: it never ends by itself. */
export const resetPolicyOf = (
  { key, channel }: { readonly key: string; readonly channel: string },
  { reset, resetByType, resetByChannel }: Pick<SessionConfig, "reset" | "resetByType" | "resetByChannel">,
): ResetPolicy | undefined => {
  const type = sessionTypeOf(key);
  if (type === undefined) return undefined;
  const ofChannel = Object.hasOwn(resetByChannel, channel) ? resetByChannel[channel] : undefined;
  return { ...reset, ...resetByType[type], ...ofChannel };
};

/**
 * `daily`: when the day of the session has passed, which begins at `atHour` in the zone, or after the pause, whichever
 * comes first. `idle`: after the pause alone; 0 minutes are never.
 */
export const shouldReset = (times: SessionTimes, policy: ResetPolicy, now: number, zone: string): boolean => {
  const { createdAt, lastInteractionAt = createdAt } = times;
  const { mode, atHour, idleMinutes } = policy;
  if (mode === "off") return false;
  if (idleMinutes > 0 && now - lastInteractionAt > idleMinutes * MINUTE_MS) return true;
  return mode === "daily" && sessionDay(lastInteractionAt, atHour, zone) < sessionDay(now, atHour, zone);
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `YYYY-MM-DD`; no hour is looked for, so one that a change of clocks leaves out or repeats does no harm. */
const sessionDay = (atMs: number, atHour: number, zone: string): string => {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const day = `${part["year"]}-${part["month"]}-${part["day"]}`;
  if (Number(part["hour"]) >= atHour) return day;
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, format);
  return format;
};
