/** What is wrong with this gateway right now, one sentence a reason, and a call when that changes. */

type HealthPart =
  | "config"
  | "storage"
  | "event-loop"
  | "sessions"
  | "cron"
  | "disk"
  | "memory"
  | "model"
  | "clock"
  | "mcp";

export interface HealthMonitor {
  readonly reasons: () => string[];
  /** Sets or clears the reason of one part. */
  report(part: HealthPart, reason: string | undefined): void;
  has(part: HealthPart): boolean;
  /** Counts the changes. */
  version(): number;
}

/** `degraded`: why the configuration at the start is not the one that was asked for. */
export const createHealthMonitor = (degraded: readonly string[], changed: () => void): HealthMonitor => {
  const current = new Map<HealthPart, string>();
  if (degraded.length > 0) current.set("config", degraded.join(" "));
  let changes = 0;

  return {
    reasons: () => [...current.values()],
    report: (part, reason) => {
      if (current.get(part) === reason) return;
      if (reason === undefined) current.delete(part);
      else current.set(part, reason);
      changes++;
      changed();
    },
    has: (part) => current.has(part),
    version: () => changes,
  };
};
