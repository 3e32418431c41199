/** The parts of a gateway that its features share, put together from the options. */

import { join } from "node:path";

import type { Skills } from "@skykoi/agent";
import { createConfigFile, type ConfigFile } from "@skykoi/config";
import type { Logger } from "@skykoi/log";
import { createModelCatalog, type ModelCatalog } from "@skykoi/model";
import { DEFAULT_LIMITS, type Health, type StateVersion } from "@skykoi/protocol";

import { createAgentOperations } from "./agent-tools/agent-operations.ts";
import { createExecApprovals, type ExecApprovals } from "./approvals/exec-approvals.ts";
import { createLiveConnections, type LiveConnections } from "./auth/live-connections.ts";
import type { ChatCommand } from "./commands/chat-command.ts";
import { createCommandRunner } from "./commands/command-runner.ts";
import { createCommandTable } from "./commands/command-table.ts";
import { createLiveCatalog } from "./config/live-catalog.ts";
import { createDeviceStore, type DeviceStore } from "./devices/device-store.ts";
import { readBootId } from "./events/boot-id.ts";
import { createEventHub, type EventHub } from "./events/event-hub.ts";
import { openEventJournal } from "./events/event-journal.ts";
import { createEventLog, type EventLog } from "./events/event-log.ts";
import { createEventLoopLag, type EventLoopLag } from "./health/event-loop-lag.ts";
import { createHealthMonitor, type HealthMonitor } from "./health/health-monitor.ts";
import { createHealthReport } from "./health/health-report.ts";
import { createModelHealth } from "./health/model-health.ts";
import { createStorageHealth } from "./health/storage-health.ts";
import { createLanes, type Lanes } from "./lanes/lanes.ts";
import { queueMode } from "./lanes/queue-mode.ts";
import { createLiveConfig, type LiveConfig } from "./live-config.ts";
import { createCountingHub } from "./metrics/counting-hub.ts";
import { createLogBook, type LogBook } from "./logs/log-book.ts";
import { logPath } from "./logs/log-path.ts";
import { createAgentSkills } from "./skills/agent-skills.ts";
import { createAgentMcp, type AgentMcp } from "./mcp/agent-mcp.ts";
import { createAgentMemories, type AgentMemories } from "./memory/agent-memory.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { createChannelRegistry, type ChannelRegistry } from "./outbox/channel.ts";
import { createOutbox, type Outbox } from "./outbox/outbox.ts";
import { createPresence, type Presence } from "./presence/presence.ts";
import { createAgentProcesses, type AgentProcesses } from "./processes/agent-processes.ts";
import { createAgentRooms } from "./runs/agent-room.ts";
import { createDropRun } from "./runs/drop-run.ts";
import { createInbox, type Inbox, type InboxOptions } from "./runs/inbox.ts";
import { recoverSessions } from "./runs/recovery.ts";
import { createRoomTools, type RoomTools } from "./runs/room-tools.ts";
import { createRunEnds, type RunEnds } from "./runs/run-ends.ts";
import { createRunQueue } from "./runs/run-queue.ts";
import type { Run } from "./runs/run.ts";
import { createStartTurn } from "./runs/start-turn.ts";
import { createTurnRunner } from "./runs/turn-runner.ts";
import { beginSession } from "./sessions/begin-session.ts";
import { openSessionStore } from "./sessions/open-session-store.ts";
import { createResetCheck } from "./sessions/reset-check.ts";
import { agentNames, resolveSessionKey, type AgentNames, type SessionAddress } from "./sessions/session-key.ts";
import type { SessionStore } from "./sessions/session-store.ts";
import { createSubagentsLoader, type Subagents } from "./subagents/load-subagents.ts";
import { createCalendar, type Calendar } from "./usage/calendar.ts";
import { createSpendLedger, type SpendLedger } from "./usage/spend-ledger.ts";
import { createSystemEventsLoader } from "./system-events/load-system-events.ts";
import { createShowWaiting } from "./system-events/show-waiting.ts";
import { createOfferedTools, type OfferedTools } from "./tools/offered-tools.ts";
import type { SystemEvents } from "./system-events/system-events.ts";

export interface GatewayContext {
  /** Directory of all state. */
  readonly home: string;
  readonly version: string;
  readonly env: GatewayOptions["env"];
  readonly limits: GatewayLimits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly startedAt: number;
  /** Whatever is done to the clock. */
  readonly uptimeMs: () => number;
  readonly log: Logger;
  readonly logBook: LogBook;
  /** Who decides whether a command may run. */
  readonly approvals: ExecApprovals;
  readonly config: LiveConfig;
  readonly configFile: ConfigFile;
  /** The text of skykoi.json at the start, and whether it could be used. */
  readonly startedFrom: { readonly loadedHash: string | undefined; readonly startedBroken: boolean };
  readonly devices: DeviceStore;
  readonly connections: LiveConnections;
  readonly catalog: ModelCatalog;
  readonly agents: AgentNames;
  /** Throws NOT_FOUND or INVALID_REQUEST. */
  readonly resolve: (sessionKey: string, ofAgent?: string) => SessionAddress;
  readonly events: EventLog;
  readonly hub: EventHub;
  readonly presence: Presence;
  readonly monitor: HealthMonitor;
  readonly health: () => Health;
  readonly stateVersion: () => StateVersion;
  readonly store: SessionStore;
  readonly lanes: Lanes<Run>;
  /** The one way for a message into a session, whoever sends it. */
  readonly inbox: Inbox;
  readonly ends: RunEnds;
  readonly commandTable: readonly ChatCommand[];
  /** Ways to the outside that are connected now. */
  readonly channels: ChannelRegistry;
  /** The one way for a message to the outside. */
  readonly outbox: Outbox;
  /** What the agent may use. */
  readonly tools: OfferedTools;
  /** Work that agents gave to others of their kind. */
  readonly subagents: Subagents;
  /** What the agents' commands left running. */
  readonly processes: AgentProcesses;
  readonly metrics: Metrics;
  readonly lag: EventLoopLag;
  readonly calendar: Calendar;
  readonly ledger: SpendLedger;
  /** What the agents wrote down. */
  readonly memories: AgentMemories;
  /** Tools of other programs. */
  readonly mcp: AgentMcp;
  /** The skills of a workspace and those of everybody. */
  readonly skillsIn: (workspace: string) => Skills;
  /** Texts that wait for the next turn of a session; read from the disk on first use. */
  readonly systemEvents: () => Promise<SystemEvents>;
  /** Where a room adds what it gives the agent. */
  readonly roomTools: RoomTools;
  /** Notices that the disk refused a write made for no request. */
  readonly observeStorage: (thrown: unknown) => void;
  /** Takes up what a crash left unfinished; nothing runs before the lanes start. */
  readonly recover: () => Promise<void>;
}

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

/** Files of the journal of events; the oldest goes as a whole. */
const JOURNAL_SEGMENTS = 8;

export const createGatewayContext = async (options: GatewayOptions): Promise<GatewayContext> => {
  const { home, version, env, log, now = Date.now } = options;
  const limits = { ...LIMITS, ...options.limits };
  const startedAt = now();
  const startedSteadyMs = performance.now();
  const uptimeMs = (): number => Math.round(performance.now() - startedSteadyMs);
  const config = createLiveConfig(options.config);
  const configFile = createConfigFile({ home, env, flags: options.configFlags });
  const { degraded = [], configHash: loadedHash } = options;
  const catalog = options.catalog ?? createLiveCatalog(config, (models) => createModelCatalog({ ...models, env }));
  const agents = agentNames(options.config.agents.list);
  const resolve = (sessionKey: string, agentId?: string) => resolveSessionKey(sessionKey, agents, agentId);

  const journal = openEventJournal({
    directory: join(home, "events"),
    bootId: readBootId(),
    maxSegments: JOURNAL_SEGMENTS,
    maxSegmentBytes: Math.ceil(limits.maxJournalBytes / JOURNAL_SEGMENTS),
    onFailure: (thrown) => {
      log.error("events are kept in memory only; after a restart clients load their conversation again", {
        error: thrown,
      });
      storage.observe(thrown);
    },
  });
  const channels = options.channels ?? createChannelRegistry();
  const events = createEventLog({
    journal,
    maxEvents: limits.maxLoggedEvents,
    maxCharacters: limits.maxLoggedCharacters,
  });
  const metrics = createMetrics();
  const hub = createCountingHub(createEventHub(events), metrics, (end) => modelHealth(end));
  const stateVersion = (): StateVersion => ({ presence: presence.version(), health: monitor.version() });
  const presence = createPresence({
    now,
    announce: () => hub.broadcast("presence", { presence: presence.entries() }, stateVersion()),
  });
  const monitor = createHealthMonitor(degraded, () => hub.broadcast("health", health(), stateVersion()));
  const modelHealth = createModelHealth(monitor);
  const storage = createStorageHealth(monitor, log);
  const lanes: Lanes<Run> = createLanes<Run>({
    maxConcurrent: options.config.agents.defaults.maxConcurrent,
    apart: {
      has: (key) => resolve(key).kind === "subagent",
      // Those that were begun before somebody turned them off still end.
      maxConcurrent: () => Math.max(1, config.current().agents.defaults.subagents.maxConcurrent),
    },
    policy: () => config.current().messages.queue,
    run: (run, joining, signal) => runTurn(run, joining, signal),
    onDropped: (run) => void dropRun(run),
    now,
  });
  const health = createHealthReport({
    version,
    uptimeMs,
    now,
    model: () => {
      const { primary } = config.current().agents.defaults.model;
      return { primary, demo: catalog.list().some((model) => model.ref === primary && model.demo) };
    },
    reasons: monitor.reasons,
    counts: lanes.counts,
  });

  const { transcriptFiles } = options;
  const maxOpen = limits.maxOpenSessions;
  const store = await openSessionStore({
    home,
    agents,
    maxOpen,
    health: monitor,
    storage,
    transcriptFiles,
    onChanged: ({ key, agentId }, reason) =>
      hub.broadcast("sessions.changed", { sessionKey: key, agentId, reason, ts: now() }),
    now,
    log,
  });
  const calendar = createCalendar(() => config.current().agents.defaults.userTimezone);
  const ledger = createSpendLedger({
    home,
    limits: () => config.current().limits,
    calendar,
    metrics,
    now,
    log: log.child("usage"),
  });
  const ends = createRunEnds();
  const systemEvents = createSystemEventsLoader({ home, health: monitor, now, log });
  const showWaiting = createShowWaiting(systemEvents, log);
  const roomTools = createRoomTools();
  const queue = createRunQueue(lanes, hub, ends);
  const modeOf = ({ address, ...waiting }: Parameters<InboxOptions["modeOf"]>[0]) =>
    queueMode(
      { ...waiting, channel: address.channel, sessionMode: store.record(address)?.overrides?.queueMode },
      config.current().messages.queue,
    );
  const commandTable = createCommandTable({ config, catalog, store, lanes, hub, ledger, now });
  const commands = createCommandRunner({ table: commandTable, config, store, hub, ends, now });
  const inbox = createInbox({
    store,
    lanes,
    queue,
    hub,
    storage,
    commands,
    isOver: createResetCheck({ config, store, now }),
    begin: (address) => beginSession({ store, hub }, address),
    stopBegun: (sessionKey, runIds) => subagents.stop(sessionKey, runIds),
    modeOf,
  });
  const work = { resolve, store, lanes, inbox, ends, config };
  const subagents = createSubagentsLoader({ ...work, home, monitor, log: log.child("subagents") });
  const dropRun = createDropRun({ queue, log: log.child("runs") });
  const { runAs } = options.config.tools.exec;
  const processes = createAgentProcesses({ home, agentIds: agents.ids, runAs, now });
  const approvals = createExecApprovals({ home, config, hub, limitMs: limits.approvalMs, now, log });
  const memories = createAgentMemories({ config, catalog, ledger, calendar, home, now });
  const skillsIn = createAgentSkills({ config, home, env });
  const mcp = createAgentMcp({ config: options.config, env, health: monitor, now });
  const outbox = createOutbox({ home, channels, now, log: log.child("outbox") });
  const roomOf = createAgentRooms({
    config,
    home,
    env,
    processesOf: processes.of,
    execGate: approvals.gate,
    memoryIn: (workspace) => memories.in(workspace),
    skillsIn,
    roomTools,
    ...createAgentOperations({ ...work, ledger, catalog, subagents, channels, outbox, hub }),
    now,
  });
  const tools = createOfferedTools({ roomOf, mcp });
  const runTurn = createTurnRunner({
    startTurn: createStartTurn({ config, catalog, ledger, store, home, roomOf, showWaiting, mcpTools: mcp.tools, now }),
    hub,
    store,
    storage,
    maxRunMs: () => config.current().agents.defaults.timeoutSeconds * 1000,
    now,
    log: log.child("runs"),
    ends,
    lanes,
    onEnded: queue.forget,
  });

  return {
    approvals,
    home,
    version,
    env,
    limits,
    now,
    startedAt,
    uptimeMs,
    log,
    logBook: options.logBook ?? createLogBook({ path: logPath(home), now }),
    config,
    devices: createDeviceStore({ path: join(home, "devices.json"), now, log: log.child("devices") }),
    connections: createLiveConnections(),
    configFile,
    startedFrom: { loadedHash, startedBroken: degraded.length > 0 },
    catalog,
    agents,
    resolve,
    events,
    hub,
    presence,
    monitor,
    health,
    stateVersion,
    store,
    lanes,
    inbox,
    ends,
    commandTable,
    channels,
    tools,
    outbox,
    subagents,
    processes,
    metrics,
    lag: createEventLoopLag(),
    calendar,
    ledger,
    memories,
    mcp,
    skillsIn,
    systemEvents,
    roomTools,
    observeStorage: storage.observe,
    recover: () => recoverSessions({ store, lanes, queue, hub, events, resolve, health: monitor, log }),
  };
};
