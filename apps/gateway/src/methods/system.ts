/** `health` and `status`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type SystemSource = Pick<GatewayContext, "version" | "startedAt" | "now" | "health" | "presence" | "store">;
type SystemMethods = Pick<Handlers, "health" | "status">;

export const createSystemFeature = (source: SystemSource): Feature<SystemMethods> => ({ methods: answers(source) });

const answers = (source: SystemSource): SystemMethods => ({
  health: () => source.health(),
  status: () => {
    const health = source.health();
    return {
      version: source.version,
      startedAt: source.startedAt,
      uptimeMs: source.now() - source.startedAt,
      clients: source.presence.count(),
      sessions: source.store.records().length,
      activeRuns: health.activeRuns,
      queuedInputs: health.queuedInputs,
      rssBytes: process.memoryUsage.rss(),
      health,
    };
  },
});
