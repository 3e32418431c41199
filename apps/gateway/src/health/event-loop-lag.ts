/** How late the event loop is: measured by Node itself, without code that runs for it. */

import { monitorEventLoopDelay } from "node:perf_hooks";

export interface EventLoopLag {
  /** 99th percentile since the window began, in milliseconds. */
  p99Ms(): number;
  /** Begins a new window. */
  reset(): void;
  close(): void;
}

/** Rare enough to cost nothing, often enough for a percentile of half a minute. */
const RESOLUTION_MS = 100;

export const createEventLoopLag = (): EventLoopLag => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    // Each value is the time between two looks.
    p99Ms: () => Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS),
    reset: () => histogram.reset(),
    close: () => void histogram.disable(),
  };
};
