/** Ids of transcript entries: sortable as text in the order of appending, unique in their transcript. */

const FORMAT = /^([0-9a-z]{9})-([0-9a-z]{4,})$/;

/** The id after `previous`. A clock that stands still or goes back only counts the sequence up. */
export const nextEntryId = (previous: string | null, nowMs: number): string => {
  const time = Math.max(0, Math.trunc(nowMs)).toString(36).padStart(9, "0");
  const [, lastTime, lastSequence] = FORMAT.exec(previous ?? "") ?? [];
  if (lastTime === undefined || lastSequence === undefined || time > lastTime) return `${time}-0000`;
  const sequence = Number.parseInt(lastSequence, 36) + 1;
  return sequence < 36 ** 4
    ? `${lastTime}-${base36(sequence, 4)}`
    : `${base36(Number.parseInt(lastTime, 36) + 1, 9)}-0000`;
};

const base36 = (value: number, width: number): string => value.toString(36).padStart(width, "0");
