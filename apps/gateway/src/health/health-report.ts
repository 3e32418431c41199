/** The `health` payload: the monitor's reasons with the figures around them. */

import type { Health } from "@skykoi/protocol";

export interface HealthSource {
  readonly version: string;
  readonly uptimeMs: () => number;
  readonly now: () => number;
  readonly model: () => Health["model"];
  readonly reasons: () => string[];
  readonly counts: () => { readonly running: number; readonly waiting: number };
}

export const createHealthReport = (source: HealthSource) => (): Health => {
  const reasons = source.reasons();
  const { running, waiting } = source.counts();
  const ts = source.now();
  return {
    ok: reasons.length === 0,
    status: reasons.length === 0 ? "ok" : "degraded",
    reasons,
    ts,
    uptimeMs: source.uptimeMs(),
    version: source.version,
    model: source.model(),
    activeRuns: running,
    queuedInputs: waiting,
  };
};
