/** What is wrong with this gateway right now, one sentence a reason, and a call when that changes. */

type HealthPart = "storage" | "event-loop" | "sessions";

export interface HealthMonitor {
  readonly reasons: () => string[];
  /** Sets or clears the reason of one part. */
  report(part: HealthPart, reason: string | undefined): void;
  /** Counts the changes. */
  version(): number;
}

/** `permanent` reasons hold for the life of the process: a configuration that had to be replaced. */
export const createHealthMonitor = (permanent: readonly string[], changed: () => void): HealthMonitor => {
  const current = new Map<HealthPart, string>();
  let changes = 0;

  return {
    reasons: () => [...permanent, ...current.values()],
    report: (part, reason) => {
      if (current.get(part) === reason) return;
      if (reason === undefined) current.delete(part);
      else current.set(part, reason);
      changes++;
      changed();
    },
    version: () => changes,
  };
};
