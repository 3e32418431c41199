/** Durations as people read them. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** "84 ms", "1.4 s", "12 s", "1 m 05 s", "2 h 03 m". */
export const formatDuration = (durationMs: number): string => {
  const ms = Math.max(0, durationMs);
  if (ms < secondMs) return `${Math.round(ms)} ms`;
  if (ms < 10 * secondMs) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} m ${twoDigits(Math.floor((ms % minuteMs) / secondMs))} s`;
  return `${Math.floor(ms / hourMs)} h ${twoDigits(Math.floor((ms % hourMs) / minuteMs))} m`;
};

/** Tenths while they can be followed by the eye, then whole seconds: what a running clock shows. */
export const formatTicking = (durationMs: number): string =>
  durationMs < secondMs
    ? `${(Math.max(0, Math.floor(durationMs / 100)) / 10).toFixed(1)} s`
    : formatDuration(durationMs);

const twoDigits = (value: number): string => String(value).padStart(2, "0");
