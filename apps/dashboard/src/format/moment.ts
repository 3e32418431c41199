/** Points in time as people read them. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** "just now", "4 min ago", "3 h ago", "yesterday", "12 Nov", "12 Nov 2024". */
export const formatAgo = (atMs: number, nowMs: number, locale?: string): string => {
  const ageMs = Math.max(0, nowMs - atMs);
  if (ageMs < minuteMs) return "just now";
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min ago`;
  const days = calendarDaysBetween(atMs, nowMs);
  if (days === 0 || ageMs < 6 * hourMs) return `${Math.floor(ageMs / hourMs)} h ago`;
  if (days === 1) return "yesterday";
  if (days < 7) return `${days} days ago`;
  return formatDate(atMs, nowMs, locale);
};

/** The heading above a day's messages: "Today", "Yesterday", "Wednesday", "12 November". */
export const formatDay = (atMs: number, nowMs: number, locale?: string): string => {
  const days = calendarDaysBetween(atMs, nowMs);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return new Date(atMs).toLocaleDateString(locale, { weekday: "long" });
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Date(atMs).toLocaleDateString(locale, {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  });
};

/** The time of day in the reader's own form. */
export const formatClock = (atMs: number, locale?: string): string =>
  new Date(atMs).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });

/** One value a calendar day in the reader's zone, to compare days. */
export const dayKey = (atMs: number): string => {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
};

const formatDate = (atMs: number, nowMs: number, locale?: string): string => {
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Date(atMs).toLocaleDateString(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
};

/** Noon to noon, so that a day with 23 or 25 hours still counts as one. */
const calendarDaysBetween = (atMs: number, nowMs: number): number => Math.round((noon(nowMs) - noon(atMs)) / dayMs);

const noon = (atMs: number): number => new Date(atMs).setHours(12, 0, 0, 0);
