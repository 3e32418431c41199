/** What the agents of a gateway work with: rooms with tools, processes, approvals, memory, skills, tools of others. */

import type { Skills } from "@skykoi/agent";
import type { Logger } from "@skykoi/log";
import type { ModelCatalog } from "@skykoi/model";

import type { AgentOperations } from "./agent-tools/agent-operations.ts";
import { createExecApprovals, type ExecApprovals } from "./approvals/exec-approvals.ts";
import type { EventHub } from "./events/event-hub.ts";
import type { HealthMonitor } from "./health/health-monitor.ts";
import type { LiveConfig } from "./live-config.ts";
import { createAgentMcp, type AgentMcp } from "./mcp/agent-mcp.ts";
import { createAgentMemories, type AgentMemories } from "./memory/agent-memory.ts";
import type { GatewayLimits, GatewayOptions } from "./options.ts";
import { createAgentProcesses, type AgentProcesses } from "./processes/agent-processes.ts";
import { createAgentRooms, type AgentRoom } from "./runs/agent-room.ts";
import { createRoomTools, type RoomTools } from "./runs/room-tools.ts";
import type { AgentNames } from "./sessions/session-key.ts";
import { createAgentSkills } from "./skills/agent-skills.ts";
import { createOfferedTools, type OfferedTools } from "./tools/offered-tools.ts";
import type { Calendar } from "./usage/calendar.ts";
import type { SpendLedger } from "./usage/spend-ledger.ts";

export interface EquipmentOptions {
  readonly home: string;
  readonly env: GatewayOptions["env"];
  readonly limits: GatewayLimits;
  readonly agents: AgentNames;
  readonly config: LiveConfig;
  readonly catalog: ModelCatalog;
  readonly ledger: SpendLedger;
  readonly calendar: Calendar;
  readonly hub: EventHub;
  readonly monitor: HealthMonitor;
  /** What tools do beyond the agent's own machine: other sessions, sub-agents, messages. */
  readonly operations: AgentOperations;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Equipment {
  /** What the agents' commands left running. */
  readonly processes: AgentProcesses;
  readonly approvals: ExecApprovals;
  /** What the agents wrote down. */
  readonly memories: AgentMemories;
  readonly skillsIn: (workspace: string) => Skills;
  /** Tools of other programs. */
  readonly mcp: AgentMcp;
  /** Where a room adds what it gives the agent. */
  readonly roomTools: RoomTools;
  readonly roomOf: (agentId: string) => AgentRoom;
  /** What the agent may use. */
  readonly tools: OfferedTools;
}

export const createEquipment = (options: EquipmentOptions): Equipment => {
  const { home, env, limits, agents, config, catalog, ledger, calendar, hub, monitor, operations, now, log } = options;
  const { runAs } = config.current().tools.exec;
  const processes = createAgentProcesses({ home, agentIds: agents.ids, runAs, now });
  const approvals = createExecApprovals({ home, config, hub, limitMs: limits.approvalMs, now, log });
  const memories = createAgentMemories({ config, catalog, ledger, calendar, home, now });
  const skillsIn = createAgentSkills({ config, home, env, now });
  const mcp = createAgentMcp({ config: config.current(), env, health: monitor, now });
  const roomTools = createRoomTools();
  const roomOf = createAgentRooms({
    config,
    home,
    env,
    processesOf: processes.of,
    execGate: approvals.gate,
    memoryIn: (workspace) => memories.in(workspace),
    skillsIn,
    roomTools,
    ...operations,
    now,
  });
  return {
    processes,
    approvals,
    memories,
    skillsIn,
    mcp,
    roomTools,
    roomOf,
    tools: createOfferedTools({ roomOf, mcp }),
  };
};
