/** Tells one start of the machine from the next. */

import { readFileSync } from "node:fs";

/** undefined where the system does not say. */
export const readBootId = (): string | undefined => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // Not Linux.
    return undefined;
  }
};
