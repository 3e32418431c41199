/** How long a service asks to be left alone. */

const MS_PER_S = 1_000;

/** From `retry-after-ms`, or `retry-after` in seconds or as a date, measured against the answer's own `date`. */
export const retryAfterMs = (headers: Readonly<Record<string, string>>): number | undefined => {
  const exact = atLeastZero(headers["retry-after-ms"]);
  if (exact !== undefined) return exact;
  const value = headers["retry-after"];
  const seconds = atLeastZero(value);
  if (seconds !== undefined) return seconds * MS_PER_S;
  const waitMs = Date.parse(value ?? "") - Date.parse(headers["date"] ?? "");
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
};

const atLeastZero = (value: string | undefined): number | undefined => {
  const number = Number.parseFloat(value ?? "");
  return /^\s*\d+(?:\.\d+)?\s*$/.test(value ?? "") ? number : undefined;
};
