/** The parts of a gateway that its features share, put together from the options. */

import type { Skills } from "@skykoi/agent";
import type { ConfigFile } from "@skykoi/config";
import type { Logger } from "@skykoi/log";
import type { ModelCatalog } from "@skykoi/model";
import type { Health, StateVersion } from "@skykoi/protocol";

import { createAgentOperations } from "./agent-tools/agent-operations.ts";
import type { ExecApprovals } from "./approvals/exec-approvals.ts";
import type { LiveConnections } from "./auth/live-connections.ts";
import type { ChatCommand } from "./commands/chat-command.ts";
import { createCommandRunner } from "./commands/command-runner.ts";
import { createCommandTable } from "./commands/command-table.ts";
import type { DeviceStore } from "./devices/device-store.ts";
import type { EventHub } from "./events/event-hub.ts";
import type { EventLog } from "./events/event-log.ts";
import type { EventLoopLag } from "./health/event-loop-lag.ts";
import type { HealthMonitor } from "./health/health-monitor.ts";
import { createHealthReport } from "./health/health-report.ts";
import { createLanes, type Lanes } from "./lanes/lanes.ts";
import { queueMode } from "./lanes/queue-mode.ts";
import type { LiveConfig } from "./live-config.ts";
import type { LogBook } from "./logs/log-book.ts";
import type { AgentMcp } from "./mcp/agent-mcp.ts";
import type { AgentMemories } from "./memory/agent-memory.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { createChannelRegistry, type ChannelRegistry } from "./outbox/channel.ts";
import { createOutbox, type Outbox } from "./outbox/outbox.ts";
import type { Presence } from "./presence/presence.ts";
import type { AgentProcesses } from "./processes/agent-processes.ts";
import { createDropRun } from "./runs/drop-run.ts";
import { createInbox, type Inbox, type InboxOptions } from "./runs/inbox.ts";
import { recoverSessions } from "./runs/recovery.ts";
import type { RoomTools } from "./runs/room-tools.ts";
import { createRunEnds, type RunEnds } from "./runs/run-ends.ts";
import { createRunQueue } from "./runs/run-queue.ts";
import type { Run } from "./runs/run.ts";
import { createStartTurn } from "./runs/start-turn.ts";
import { createTurnRunner } from "./runs/turn-runner.ts";
import { beginSession } from "./sessions/begin-session.ts";
import { openSessionStore } from "./sessions/open-session-store.ts";
import { createResetCheck } from "./sessions/reset-check.ts";
import type { AgentNames, SessionAddress } from "./sessions/session-key.ts";
import type { SessionStore } from "./sessions/session-store.ts";
import { createSubagentsLoader, type Subagents } from "./subagents/load-subagents.ts";
import { createCalendar, type Calendar } from "./usage/calendar.ts";
import { createSpendLedger, type SpendLedger } from "./usage/spend-ledger.ts";
import { createGround } from "./ground.ts";
import { createEquipment } from "./equipment.ts";
import { createTelling } from "./telling.ts";
import { createSystemEventsLoader } from "./system-events/load-system-events.ts";
import { createShowWaiting } from "./system-events/show-waiting.ts";
import type { OfferedTools } from "./tools/offered-tools.ts";
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

export const createGatewayContext = async (options: GatewayOptions): Promise<GatewayContext> => {
  const ground = createGround(options);
  const { home, log, now, limits, config, catalog, agents, resolve, uptimeMs, version, env } = ground;

  const telling = createTelling({ home, limits, degraded: options.degraded ?? [], health: () => health(), now, log });
  const { events, hub, metrics, monitor, storage } = telling;
  const channels = options.channels ?? createChannelRegistry();
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
    model: () => primaryModel(config, catalog),
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
  const queue = createRunQueue(lanes, hub, ends);
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
    modeOf: queueModeIn(store, config),
  });
  const work = { resolve, store, lanes, inbox, ends, config };
  const subagents = createSubagentsLoader({ ...work, home, monitor, log: log.child("subagents") });
  const dropRun = createDropRun({ queue, log: log.child("runs") });
  const outbox = createOutbox({ home, channels, now, log: log.child("outbox") });
  const operations = createAgentOperations({ ...work, ledger, catalog, subagents, channels, outbox, hub });
  const equipment = createEquipment({
    home,
    env,
    limits,
    agents,
    config,
    catalog,
    ledger,
    calendar,
    hub,
    monitor,
    operations,
    now,
    log,
  });
  const { roomOf, mcp } = equipment;
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
    ...ground,
    ...telling,
    ...equipment,
    health,
    store,
    lanes,
    inbox,
    ends,
    commandTable,
    channels,
    outbox,
    subagents,
    calendar,
    ledger,
    systemEvents,
    observeStorage: storage.observe,
    recover: () => recoverSessions({ store, lanes, queue, hub, events, resolve, health: monitor, log }),
  };
};

const primaryModel = (config: LiveConfig, catalog: ModelCatalog): Health["model"] => {
  const { primary } = config.current().agents.defaults.model;
  return { primary, demo: catalog.list().some((model) => model.ref === primary && model.demo) };
};

const queueModeIn =
  (store: SessionStore, config: LiveConfig): InboxOptions["modeOf"] =>
  ({ address, ...waiting }) =>
    queueMode(
      { ...waiting, channel: address.channel, sessionMode: store.record(address)?.overrides?.queueMode },
      config.current().messages.queue,
    );
