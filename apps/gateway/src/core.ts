/** The gateway without its port: sessions, runs, events and methods, put together from options. */

import { randomBytes } from "node:crypto";

import { fault } from "@skykoi/fault";
import { createModelCatalog } from "@skykoi/model";
import { DEFAULT_LIMITS, EVENTS, METHODS, type HelloOk } from "@skykoi/protocol";

import { createFailureLimit } from "./auth/failure-limit.ts";
import { createHandshake } from "./auth/handshake.ts";
import { createTokenCheck } from "./auth/token.ts";
import { createEventHub } from "./events/event-hub.ts";
import { createEventLog } from "./events/event-log.ts";
import { createEventLoopLoad } from "./health/event-loop-load.ts";
import { createHealthMonitor } from "./health/health-monitor.ts";
import { createHealthReport } from "./health/health-report.ts";
import { createStorageHealth } from "./health/storage-health.ts";
import { createLanes, type Lanes } from "./lanes/lanes.ts";
import { agentMethods } from "./methods/agents.ts";
import { chatMethods } from "./methods/chat.ts";
import { sessionMethods } from "./methods/sessions.ts";
import { systemMethods } from "./methods/system.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { createPresence } from "./presence/presence.ts";
import { createMethodTable } from "./rpc/method-table.ts";
import { createPeer } from "./rpc/peer.ts";
import { createInbox } from "./runs/inbox.ts";
import { recoverSessions } from "./runs/recovery.ts";
import { createRunQueue } from "./runs/run-queue.ts";
import type { Run } from "./runs/run.ts";
import { createStartTurn } from "./runs/start-turn.ts";
import { createTurnRunner } from "./runs/turn-runner.ts";
import { MAIN_KEY, mainSessionKey, resolveSessionKey, type AgentNames } from "./sessions/session-key.ts";
import { openSessionStore } from "./sessions/open-session-store.ts";
import type { Connection, ConnectionEvents } from "./transport/connection.ts";
import type { ProbeState } from "./transport/probes.ts";

export interface GatewayCore {
  readonly limits: GatewayLimits;
  readonly probes: ProbeState;
  readonly accept: (connection: Connection) => ConnectionEvents;
  /** Runs start from now on. */
  begin(): void;
  /** Once every tick interval. */
  tick(): void;
  /** Tells the clients and accepts nothing any more. */
  announceStop(reason: string): void;
  /** Resolves when no run is under way: finished, or marked as interrupted. */
  finishRuns(): Promise<void>;
  /** Nothing is written afterwards. */
  close(): Promise<void>;
}

const LIMITS: GatewayLimits = {
  ...DEFAULT_LIMITS,
  maxWaitingInputs: 20,
  maxLoggedEvents: 10_000,
  maxLoggedCharacters: 4 * 1024 * 1024,
  maxOpenSessions: 16,
  maxAuthFailures: 10,
  authFailureWindowMs: 60_000,
  finishRunsMs: 2000,
};

/** Opens the state below `home` and takes up what a crash left unfinished; nothing runs before `begin`. */
export const createGatewayCore = async (options: GatewayOptions): Promise<GatewayCore> => {
  const { home, config, version, log, now = Date.now } = options;
  const limits = { ...LIMITS, ...options.limits };
  const startedAt = now();
  const catalog = options.catalog ?? createModelCatalog({ ...config.models, env: options.env });
  const agents = agentNames(config.agents.list);
  const resolve = (sessionKey: string) => resolveSessionKey(sessionKey, agents);

  const events = createEventLog({
    epoch: randomBytes(6).toString("hex"),
    maxEvents: limits.maxLoggedEvents,
    maxCharacters: limits.maxLoggedCharacters,
  });
  const hub = createEventHub(events);
  const stateVersion = () => ({ presence: presence.version(), health: monitor.version() });
  const presence = createPresence(() => hub.broadcast("presence", { presence: presence.entries() }, stateVersion()));
  const monitor = createHealthMonitor(options.degraded ?? [], () => hub.broadcast("health", health(), stateVersion()));
  const storage = createStorageHealth(monitor, log);
  const lanes: Lanes<Run> = createLanes<Run>({
    maxConcurrent: config.agents.defaults.maxConcurrent,
    maxWaiting: limits.maxWaitingInputs,
    run: (run, signal) => runTurn(run, signal),
  });
  const { primary } = config.agents.defaults.model;
  const demo = catalog.list().some((model) => model.ref === primary && model.demo);
  const health = createHealthReport({
    version,
    startedAt,
    now,
    model: { primary, demo },
    reasons: monitor.reasons,
    counts: lanes.counts,
  });

  const store = await openSessionStore({
    home,
    agents,
    maxOpen: limits.maxOpenSessions,
    health: monitor,
    storage,
    transcriptFiles: options.transcriptFiles,
    now,
    log,
  });

  const queue = createRunQueue(lanes, hub);
  const inbox = createInbox({ store, lanes, queue, hub, storage });
  const runTurn = createTurnRunner({
    startTurn: createStartTurn({ config, catalog, home, env: options.env, now, log }),
    hub,
    store,
    storage,
    maxRunMs: config.agents.defaults.timeoutSeconds * 1000,
    now,
    log: log.child("runs"),
    onEnded: queue.forget,
  });

  const methods = createMethodTable({
    ...systemMethods({
      version,
      startedAt,
      now,
      health,
      clients: presence.count,
      sessions: () => store.records().length,
      rssBytes: () => process.memoryUsage.rss(),
    }),
    ...chatMethods({ resolve, inbox, store, lanes, events }),
    ...sessionMethods({ resolve, store, lanes, now }),
    ...agentMethods({ config, agents, catalog }),
  });

  const describe = (): Pick<HelloOk, "features" | "snapshot"> => ({
    features: { methods: Object.keys(METHODS), events: Object.keys(EVENTS) },
    snapshot: {
      presence: presence.entries(),
      health: health(),
      stateVersion: stateVersion(),
      uptimeMs: now() - startedAt,
      sessionDefaults: {
        defaultAgentId: agents.defaultId,
        mainKey: MAIN_KEY,
        mainSessionKey: mainSessionKey(agents.defaultId),
      },
    },
  });
  const decide = createHandshake({
    isToken: createTokenCheck(config.gateway.auth.token),
    failures: createFailureLimit({ maxFailures: limits.maxAuthFailures, windowMs: limits.authFailureWindowMs, now }),
  });
  const peers = { limits, decide, methods, hub, events, presence, describe, version, now, log: log.child("rpc") };

  await recoverSessions({ store, lanes, queue, resolve, health: monitor, log });

  const eventLoopLoad = createEventLoopLoad();
  let phase: "starting" | "running" | "stopping" = "starting";

  return {
    limits,
    probes: { started: () => phase !== "starting", ready: () => phase === "running" },
    accept: (connection) => createPeer(peers, connection),
    begin: () => {
      phase = "running";
      lanes.start();
    },
    tick: () => {
      monitor.report("event-loop", eventLoopLoad());
      hub.broadcast("tick", { ts: now() });
    },
    announceStop: (reason) => {
      phase = "stopping";
      inbox.stop();
      lanes.stop();
      hub.broadcast("shutdown", { reason });
    },
    finishRuns: async () => {
      if (await within(limits.finishRunsMs, lanes.whenIdle())) return;
      lanes.abortAll(fault("RUN_INTERRUPTED"));
      if (await within(limits.finishRunsMs, lanes.whenIdle())) return;
      log.error("runs did not stop in time; the next start marks them as interrupted", lanes.counts());
    },
    close: async () => {
      presence.close();
      await store.close();
    },
  };
};

const agentNames = (list: readonly { readonly id: string }[]): AgentNames => {
  const ids = list.map(({ id }) => id);
  return { ids, defaultId: ids[0] ?? "main" };
};

/** Whether the work was done in time. */
const within = async (limitMs: number, work: Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
};
