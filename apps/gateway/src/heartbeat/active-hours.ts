/** The hours of the day in which somebody wants to hear from the agent, on their own clock. Pure. */

export interface ActiveHours {
  /** `HH:MM`; from then on. */
  readonly start: string;
  /** `HH:MM`; until then. Before `start`: over midnight. The same as `start`: always. */
  readonly end: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** No zone moves its clock by more within a day. */
const LARGEST_CHANGE_MINUTES = 120;

/** The first moment from `fromMs` on that lies within the hours. Throws RangeError for a zone that does not exist. */
export const firstActive = (hours: ActiveHours, timeZone: string, fromMs: number): number => {
  const start = minuteOf(hours.start);
  const end = minuteOf(hours.end);
  const isActive = (atMs: number): boolean => isWithin(start, end, wallMinute(timeZone, atMs));
  if (isActive(fromMs)) return fromMs;

  // By the clock on the wall it is that long; a change of clocks in between makes it less or more.
  const ahead = (start - wallMinute(timeZone, fromMs) + DAY_MINUTES) % DAY_MINUTES;
  const near = Math.max(0, ahead - LARGEST_CHANGE_MINUTES);
  let atMs = (Math.floor(fromMs / MINUTE_MS) + near) * MINUTE_MS;
  while (atMs < fromMs || !isActive(atMs)) atMs += MINUTE_MS;
  return atMs;
};

const isWithin = (start: number, end: number, minute: number): boolean => {
  if (start === end) return true;
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
};

const minuteOf = (clockTime: string): number => {
  const [hours = 0, minutes = 0] = clockTime.split(":").map(Number);
  return hours * 60 + minutes;
};

let clock: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined;

/** Minutes since midnight on the clock of the zone. */
const wallMinute = (timeZone: string, atMs: number): number => {
  if (clock?.timeZone !== timeZone) {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    clock = { timeZone, format };
  }
  return minuteOf(clock.format.format(atMs));
};
