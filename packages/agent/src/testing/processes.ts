/** Whether a process is there, and waiting for a condition with a limit. */

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A zombie, which only waits to be collected, is not alive. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

export const eventually = async (condition: () => boolean, limitMs = 5_000): Promise<void> => {
  const endMs = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`not so after ${limitMs} ms: ${condition.toString()}`);
    await delay(10);
  }
};
