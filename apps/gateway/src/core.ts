/** The gateway without its port: the shared parts, the features on them, and their life from start to stop. */

import { join } from "node:path";

import type { RequestListener } from "node:http";

import { fault } from "@skykoi/fault";
import { EVENTS, METHODS, type HelloOk } from "@skykoi/protocol";

import { createFailureLimit } from "./auth/failure-limit.ts";
import { createHandshake } from "./auth/handshake.ts";
import { createRateLimit } from "./auth/rate-limit.ts";
import { createTicketCheck } from "./auth/ticket-check.ts";
import { isSameToken } from "./auth/token.ts";
import { createUsedTickets } from "./auth/used-tickets.ts";
import { createCommandsFeature } from "./commands/commands-feature.ts";
import { createConfigFeature } from "./config/config-feature.ts";
import { createGatewayContext, type GatewayContext } from "./context.ts";
import { createDevicesFeature } from "./devices/devices-feature.ts";
import type { Feature } from "./feature.ts";
import { createCronFeature } from "./cron/cron-feature.ts";
import { createHeartbeatFeature } from "./heartbeat/heartbeat-feature.ts";
import { createAgentRunsFeature } from "./methods/agent-runs.ts";
import { createHealthFeature } from "./health/health-feature.ts";
import { createHttpAuth } from "./http/http-auth.ts";
import { createRouter } from "./http/router.ts";
import { httpRoutes } from "./http/routes.ts";
import { createAgentFilesFeature } from "./methods/agent-files.ts";
import { createAgentsFeature } from "./methods/agents.ts";
import { createChatFeature } from "./methods/chat.ts";
import { createSendFeature } from "./methods/send.ts";
import { createSessionDetailsFeature } from "./methods/session-details.ts";
import { createSessionsFeature } from "./methods/sessions.ts";
import { createApprovalsFeature } from "./methods/approvals.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { createCatalogueFeature } from "./methods/catalogue.ts";
import { createLogsFeature } from "./logs/logs-feature.ts";
import { createMethodTable } from "./rpc/method-table.ts";
import { createPeer } from "./rpc/peer.ts";
import { MAIN_KEY, mainSessionKey } from "./sessions/session-key.ts";
import { createSkillsFeature } from "./skills/skills-feature.ts";
import { createWakeFeature } from "./system-events/wake-feature.ts";
import type { Connection, ConnectionEvents } from "./transport/connection.ts";
import type { ProbeState } from "./transport/probes.ts";
import { createUsageFeature } from "./usage/usage-feature.ts";

export interface GatewayCore {
  readonly limits: GatewayLimits;
  /** Answers a plain HTTP request. */
  readonly handle: RequestListener;
  /** A client was let go because it did not read. */
  readonly onSlowClient: () => void;
  /** Origins of browser pages that may connect now. */
  readonly allowedOrigins: () => readonly string[];
  readonly mayConnect: (peer: string) => boolean;
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

/** `models.list` tells of each model whether it can be used. */
const CAPABILITIES = ["published-model-catalog"];

/** Every feature once; a method of the registry that none of them answers is a type error. */
const createFeatures = (context: GatewayContext) => {
  const parts = {
    approvals: createApprovalsFeature(context),
    config: createConfigFeature(context),
    devices: createDevicesFeature(context),
    health: createHealthFeature(context),
    chat: createChatFeature(context),
    commands: createCommandsFeature(context),
    sessions: createSessionsFeature(context),
    sessionDetails: createSessionDetailsFeature(context),
    agents: createAgentsFeature(context),
    agentFiles: createAgentFilesFeature(context),
    usage: createUsageFeature(context),
    cron: createCronFeature(context),
    wake: createWakeFeature(context),
    heartbeat: createHeartbeatFeature(context),
    agentRuns: createAgentRunsFeature(context),
    send: createSendFeature(context),
    skills: createSkillsFeature(context),
    logs: createLogsFeature(context),
    catalogue: createCatalogueFeature(context),
    subagents: { methods: {}, begin: context.subagents.begin, close: context.subagents.close },
  };
  const all: readonly Feature[] = Object.values(parts);
  return {
    all,
    methods: {
      ...parts.approvals.methods,
      ...parts.config.methods,
      ...parts.devices.methods,
      ...parts.health.methods,
      ...parts.chat.methods,
      ...parts.commands.methods,
      ...parts.sessions.methods,
      ...parts.sessionDetails.methods,
      ...parts.agents.methods,
      ...parts.agentFiles.methods,
      ...parts.usage.methods,
      ...parts.cron.methods,
      ...parts.wake.methods,
      ...parts.heartbeat.methods,
      ...parts.agentRuns.methods,
      ...parts.send.methods,
      ...parts.skills.methods,
      ...parts.logs.methods,
      ...parts.catalogue.methods,
    },
  };
};

/** Opens the state below `home` and takes up what a crash left unfinished; nothing runs before `begin`. */
export const createGatewayCore = async (options: GatewayOptions): Promise<GatewayCore> => {
  const context = await createGatewayContext(options);
  const { config, limits, agents, events, hub, presence, health, stateVersion, lanes, log, now } = context;
  if (options.onConfig) config.subscribe(options.onConfig);
  const features = createFeatures(context);
  const methods = createMethodTable(features.methods);

  const describe = (): Pick<HelloOk, "features" | "snapshot"> => ({
    features: { methods: Object.keys(METHODS), events: Object.keys(EVENTS), capabilities: CAPABILITIES },
    snapshot: {
      presence: presence.entries(),
      health: health(),
      stateVersion: stateVersion(),
      uptimeMs: context.uptimeMs(),
      sessionDefaults: {
        defaultAgentId: agents.defaultId,
        mainKey: MAIN_KEY,
        mainSessionKey: mainSessionKey(agents.defaultId),
      },
    },
  });
  const isGatewayToken = (presented: string): boolean => isSameToken(presented, config.current().gateway.auth.token);
  const failures = createFailureLimit({
    maxFailures: limits.maxAuthFailures,
    windowMs: limits.authFailureWindowMs,
    now,
  });
  const checkTicket = createTicketCheck({
    trust: () => config.current().gateway.auth.tickets,
    used: createUsedTickets({ path: join(context.home, "used-tickets"), now }),
    now,
  });
  const { devices } = context;
  const decide = createHandshake({ now, devices, checkTicket, isToken: isGatewayToken, failures });
  const { version } = context;
  const { connections } = context;
  const peers = {
    limits,
    connections,
    decide,
    methods,
    hub,
    events,
    presence,
    describe,
    version,
    now,
    log: log.child("rpc"),
  };

  const attempts = createRateLimit({
    max: limits.maxConnectionAttempts,
    windowMs: limits.connectionWindowMs,
    now,
  });

  await context.recover();

  let phase: "starting" | "running" | "stopping" = "starting";

  const allowedOrigins = () => config.current().gateway.allowedOrigins;
  const probes: ProbeState = { started: () => phase !== "starting", ready: () => phase === "running" };
  const isHooksToken = (presented: string): boolean =>
    isSameToken(presented, config.current().gateway.http.hooks.token);

  return {
    limits,
    allowedOrigins,
    handle: createRouter({
      routes: httpRoutes(context, probes),
      authenticate: createHttpAuth({ isGatewayToken, isHooksToken, checkTicket, devices, failures }),
      allowedOrigins: () => config.current().gateway.allowedOrigins,
      trustedProxies: config.current().gateway.trustedProxies,
      log: log.child("http"),
    }),
    onSlowClient: () => context.metrics.add("skykoi_dropped_clients_total", 1),
    mayConnect: (peer) => attempts.retryAfterMs(peer) === 0,
    accept: (connection) => createPeer(peers, connection),
    begin: () => {
      phase = "running";
      lanes.start();
      context.processes.open().catch((error: unknown) => log.error("processes of before could not be read", { error }));
      for (const feature of features.all) feature.begin?.();
    },
    tick: () => {
      hub.broadcast("tick", { ts: now() });
      for (const feature of features.all) feature.tick?.();
    },
    announceStop: (reason) => {
      phase = "stopping";
      for (const feature of features.all) feature.stop?.();
      context.inbox.stop();
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
      for (const feature of features.all) await feature.close?.();
      await context.processes.close();
      await context.memories.close();
      await context.mcp.close();
      await context.store.close();
      context.events.close();
      context.logBook.close();
    },
  };
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
