/** Notices that the disk refuses writes, and that it takes them again. */

import { toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { HealthMonitor } from "./health-monitor.ts";

export interface StorageHealth {
  /** Any failure may be handed over; only storage's own count. */
  readonly observe: (thrown: unknown) => void;
  /** A write reached the disk. */
  recovered(): void;
}

export const createStorageHealth = (health: HealthMonitor, log: Logger): StorageHealth => ({
  observe: (thrown) => {
    const cause = toFault(thrown);
    if (cause.code !== "STORAGE_FAILED") return;
    health.report("storage", "The disk refuses writes; new messages are not accepted until it has room again.");
    log.error("storage refused a write", { error: cause });
  },
  recovered: () => health.report("storage", undefined),
});
