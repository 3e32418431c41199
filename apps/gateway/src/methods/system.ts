/** `health` and `status`. */

import type { Health } from "@skykoi/protocol";

import type { Handlers } from "../rpc/method-table.ts";

export interface SystemSource {
  readonly version: string;
  readonly startedAt: number;
  readonly now: () => number;
  readonly health: () => Health;
  readonly clients: () => number;
  readonly sessions: () => number;
  readonly rssBytes: () => number;
}

export const systemMethods = (source: SystemSource): Pick<Handlers, "health" | "status"> => ({
  health: () => source.health(),
  status: () => {
    const health = source.health();
    return {
      version: source.version,
      startedAt: source.startedAt,
      uptimeMs: source.now() - source.startedAt,
      clients: source.clients(),
      sessions: source.sessions(),
      activeRuns: health.activeRuns,
      queuedInputs: health.queuedInputs,
      rssBytes: source.rssBytes(),
      health,
    };
  },
});
