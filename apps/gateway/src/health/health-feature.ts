/** `health` and `status`, and the looks at the machine behind them. */

import { performance } from "node:perf_hooks";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { clockReason, diskReason, eventLoopReason, isWritable, memoryReason } from "./host-checks.ts";

type HealthSource = Pick<
  GatewayContext,
  "version" | "startedAt" | "uptimeMs" | "now" | "health" | "presence" | "store" | "home" | "monitor" | "lag" | "config"
>;
type HealthMethods = Pick<Handlers, "health" | "status" | "system-presence">;

export const createHealthFeature = (source: HealthSource): Feature<HealthMethods> => {
  const checks = createChecks(source);
  return {
    methods: {
      health: async ({ probe = false }) => {
        if (probe) await checks.disk();
        return source.health();
      },
      status: () => statusOf(source),
      "system-presence": () => source.presence.entries(MAX_LISTED),
    },
    begin: () => {
      // A start is all work; what counts comes after it.
      checks.restart();
      void checks.disk();
    },
    tick: () => {
      checks.now();
      void checks.disk();
    },
    close: async () => source.lag.close(),
  };
};

const createChecks = ({ home, monitor, lag, now }: HealthSource) => {
  let wall = now();
  let steady = performance.now();
  let loop = performance.eventLoopUtilization();

  const restart = (): void => {
    wall = now();
    steady = performance.now();
    loop = performance.eventLoopUtilization();
    lag.reset();
  };

  return {
    restart,
    now: (): void => {
      const before = { wall, steady, loop };
      const p99Ms = lag.p99Ms();
      restart();
      monitor.report("clock", clockReason(wall - before.wall, steady - before.steady));
      const load = performance.eventLoopUtilization(loop, before.loop).utilization;
      monitor.report("event-loop", eventLoopReason({ p99Ms, load }));
      monitor.report("memory", memoryReason(process.memoryUsage.rss()));
    },
    /** Never rejects. */
    disk: async (): Promise<void> => {
      monitor.report("disk", await diskReason(home));
      // A refusal is over when a write succeeds; without this it would wait for somebody's next message.
      if (monitor.has("storage") && (await isWritable(home))) monitor.report("storage", undefined);
    },
  };
};

/** Entries of `system-presence`. */
const MAX_LISTED = 500;

/** Sessions shown in `status`. */
const MAX_RECENT = 10;

const statusOf = (source: HealthSource) => {
  const { presence, store, config, now } = source;
  const health = source.health();
  const records = store.records();
  const recent = records.toSorted((a, b) => b.record.updatedAt - a.record.updatedAt).slice(0, MAX_RECENT);
  return {
    version: source.version,
    runtimeVersion: source.version,
    startedAt: source.startedAt,
    uptimeMs: source.uptimeMs(),
    clients: presence.count(),
    activeRuns: health.activeRuns,
    queuedInputs: health.queuedInputs,
    rssBytes: process.memoryUsage.rss(),
    eventLoopLagMs: Math.round(source.lag.p99Ms()),
    health,
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: records.length,
    defaultModel: config.current().agents.defaults.model.primary,
    recentSessions: recent.map(({ key, record }) => ({
      key,
      sessionId: record.sessionId,
      updatedAt: record.updatedAt,
      age: Math.max(0, now() - record.updatedAt),
      model: record.model,
      totalTokens: record.totalTokens,
    })),
  };
};
