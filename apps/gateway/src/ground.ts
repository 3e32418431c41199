/** What everything else of a gateway stands on: its options with their defaults, the clock, the configuration in force. */

import { join } from "node:path";

import { createConfigFile } from "@skykoi/config";
import { createModelCatalog } from "@skykoi/model";
import { DEFAULT_LIMITS } from "@skykoi/protocol";

import { createLiveConnections } from "./auth/live-connections.ts";
import { createLiveCatalog } from "./config/live-catalog.ts";
import { createDeviceStore } from "./devices/device-store.ts";
import { createEventLoopLag } from "./health/event-loop-lag.ts";
import { createLiveConfig } from "./live-config.ts";
import { createLogBook } from "./logs/log-book.ts";
import { logPath } from "./logs/log-path.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { agentNames, resolveSessionKey } from "./sessions/session-key.ts";

const LIMITS: GatewayLimits = {
  ...DEFAULT_LIMITS,
  maxLoggedEvents: 10_000,
  maxLoggedCharacters: 4 * 1024 * 1024,
  maxJournalBytes: 8 * 1024 * 1024,
  maxOpenSessions: 16,
  maxAuthFailures: 10,
  authFailureWindowMs: 60_000,
  maxConnectionAttempts: 6000,
  connectionWindowMs: 60_000,
  maxRequests: 200_000,
  requestWindowMs: 10_000,
  approvalMs: 120_000,
  finishRunsMs: 2000,
};

export const createGround = (options: GatewayOptions) => {
  const { home, version, env, log, now = Date.now, degraded = [], configHash: loadedHash } = options;
  const startedSteadyMs = performance.now();
  const config = createLiveConfig(options.config);
  const agents = agentNames(options.config.agents.list);
  return {
    home,
    version,
    env,
    log,
    now,
    limits: { ...LIMITS, ...options.limits },
    startedAt: now(),
    uptimeMs: () => Math.round(performance.now() - startedSteadyMs),
    config,
    configFile: createConfigFile({ home, env, flags: options.configFlags }),
    startedFrom: { loadedHash, startedBroken: degraded.length > 0 },
    catalog: options.catalog ?? createLiveCatalog(config, (models) => createModelCatalog({ ...models, env })),
    agents,
    resolve: (sessionKey: string, agentId?: string) => resolveSessionKey(sessionKey, agents, agentId),
    logBook: options.logBook ?? createLogBook({ path: logPath(home), now }),
    devices: createDeviceStore({ path: join(home, "devices.json"), now, log: log.child("devices") }),
    connections: createLiveConnections(),
    lag: createEventLoopLag(),
  };
};
