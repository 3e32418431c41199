/** Days and months as the person who pays sees them: in their own time zone. */

export interface Calendar {
  /** `YYYY-MM-DD`. */
  day(atMs: number): string;
}

export const createCalendar = (timeZone: () => string): Calendar => {
  let zone: string | undefined;
  let format: Intl.DateTimeFormat | undefined;
  return {
    day: (atMs) => {
      const wanted = timeZone();
      if (format === undefined || zone !== wanted) {
        zone = wanted;
        format = new Intl.DateTimeFormat("en-CA", { timeZone: wanted, dateStyle: "short" });
      }
      return format.format(atMs);
    },
  };
};

/** The first and a day that no month passes, so that the bounds work as text. */
export const monthOf = (day: string) => ({ from: `${day.slice(0, 7)}-01`, to: `${day.slice(0, 7)}-31` });

/** The day so many days before; of the calendar, so that a change of clocks does not matter. */
export const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
