/** When a schedule is due: every form of it comes down to "the next slot after a moment". Pure. */

import { fault } from "@skykoi/fault";
import { Cron } from "croner";

export type Schedule =
  /** Once. Milliseconds since the epoch. */
  | { readonly kind: "at"; readonly atMs: number }
  /** At `anchorMs` plus each multiple of the interval. */
  | { readonly kind: "every"; readonly everyMs: number; readonly anchorMs: number }
  /** Five fields, or six with seconds first; `tz` is an IANA name. */
  | { readonly kind: "cron"; readonly expr: string; readonly tz: string };

/** Milliseconds since the epoch: a moment a schedule names. */
export type Slot = number;

/**
 * The first slot strictly after a moment; undefined when there is none any more. Clock changes of the zone: a fixed time
 * that does not exist that day (02:30 when spring begins) is due right after the gap, one that happens twice is due once;
 * a repeating pattern (every 15 minutes) follows the clock on the wall.
 */
export const nextSlot = (schedule: Schedule, afterMs: number): Slot | undefined => {
  switch (schedule.kind) {
    case "at":
      return schedule.atMs > afterMs ? schedule.atMs : undefined;
    case "every": {
      const { everyMs, anchorMs } = schedule;
      return anchorMs + Math.max(1, Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs;
    }
    default:
      return compiled(schedule.expr, schedule.tz).nextRun(new Date(afterMs))?.getTime();
  }
};

/**
 * The last slot in `(afterMs, untilMs]`. Asks only for next slots, so that both answers always agree; an interval of
 * years takes some forty questions.
 */
export const lastSlot = (schedule: Schedule, afterMs: number, untilMs: number): Slot | undefined => {
  const first = nextSlot(schedule, afterMs);
  if (first === undefined || first > untilMs) return undefined;
  // The last slot is the smallest moment whose next slot lies beyond the interval.
  let low = first;
  let high = untilMs;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const next = nextSlot(schedule, middle);
    if (next === undefined || next > untilMs) high = middle;
    else low = next;
  }
  return low;
};

/** Throws INVALID_REQUEST with a sentence about what is wrong with the expression or the zone. */
export const checkCron = (expr: string, tz: string): void => {
  try {
    Intl.DateTimeFormat("en", { timeZone: tz });
  } catch {
    throw fault("INVALID_REQUEST", { message: `"${tz}" is not a time zone; expected a name like "Europe/Berlin".` });
  }
  let next: Date | null;
  try {
    next = new Cron(expr, options(tz)).nextRun();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, "") : String(thrown);
    throw fault("INVALID_REQUEST", { message: `"${expr}" is not a cron expression: ${reason}`, cause: thrown });
  }
  if (next === null) throw fault("INVALID_REQUEST", { message: `"${expr}" never comes.` });
};

const options = (timezone: string) =>
  ({ timezone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard", paused: true }) as const;

/** Reading an expression costs more than asking it; there are about as many as jobs. */
const MAX_COMPILED = 256;
const known = new Map<string, Cron>();

const compiled = (expr: string, tz: string): Cron => {
  const key = `${tz} ${expr}`;
  const before = known.get(key);
  if (before) return before;
  if (known.size >= MAX_COMPILED) known.clear();
  const cron = new Cron(expr, options(tz));
  known.set(key, cron);
  return cron;
};
