/** Tells from one tick to the next whether the event loop had room to answer. */

import { performance, type EventLoopUtilization } from "node:perf_hooks";

/** Share of the interval spent working above which answers are late. */
const BUSY_SHARE = 0.9;

/** Each call looks at the time since the previous one; no timer of its own. */
export const createEventLoopLoad = (): (() => string | undefined) => {
  let previous: EventLoopUtilization = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, previous);
    previous = now;
    if (utilization < BUSY_SHARE) return undefined;
    return "The gateway is overloaded: its event loop has hardly any free time.";
  };
};
