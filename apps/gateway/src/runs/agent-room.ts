/** Where an agent works: its workspace, the files of it that are always in mind, the tools it may use. */

import { join } from "node:path";

import {
  allowedTools,
  createBrowserTool,
  createPathGuard,
  createTools,
  createWorkspaceReader,
  type ExecGate,
  type MessageOperations,
  type ProcessRegistry,
  type SessionOperations,
  type Skills,
  type Tool,
} from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";

import type { LiveConfig } from "../live-config.ts";
import type { AgentMemory } from "../memory/agent-memory.ts";
import { agentWorkspace } from "../sessions/session-settings.ts";
import type { RoomTools } from "./room-tools.ts";

export interface AgentRoomSetup {
  readonly config: LiveConfig;
  /** State of the gateway; the agent's tools may not touch it. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processesOf: (agentId: string) => ProcessRegistry;
  readonly execGate: ExecGate;
  /** What is remembered in a workspace. */
  readonly memoryIn: (workspace: string) => AgentMemory;
  /** The skills of a workspace and those of everybody. */
  readonly skillsIn: (workspace: string) => Skills;
  readonly roomTools: RoomTools;
  readonly sessions: SessionOperations;
  readonly messages: MessageOperations;
  readonly now: () => number;
}

export interface AgentRoom {
  readonly workspace: string;
  readonly memory: AgentMemory;
  readonly skills: Skills;
  readonly readFiles: ReturnType<typeof createWorkspaceReader>;
  /** The agent's tools and those of others, as far as the configuration of this moment allows them. */
  readonly toolsWith: (others: readonly Tool[]) => readonly Tool[];
  /** The agent's own tools, allowed or not. */
  readonly allTools: () => readonly Tool[];
}

/** The room of each agent, made when it is first used. A new workspace takes a restart. */
export const createAgentRooms = (setup: AgentRoomSetup): ((agentId: string) => AgentRoom) => {
  const rooms = new Map<string, AgentRoom>();
  return (agentId) => {
    const known = rooms.get(agentId);
    if (known) return known;
    const room = createRoom(setup, agentId);
    rooms.set(agentId, room);
    return room;
  };
};

const createRoom = (setup: AgentRoomSetup, agentId: string): AgentRoom => {
  const { config, home, env, processesOf, execGate, memoryIn, skillsIn, roomTools, now } = setup;
  const { sessions, messages } = setup;
  const workspace = agentWorkspace(agentId, config.current().agents);
  const protectedPaths = [home];
  const memory = memoryIn(workspace);
  const skills = skillsIn(workspace);
  const browser = createBrowserTool({
    settings: () => {
      const { browser: settings, web } = config.current().tools;
      return { ...settings, allowPrivateHosts: web.fetch.allowPrivateHosts };
    },
    profiles: join(home, "agents"),
    paths: createPathGuard({ workspace, home: workspace, protectedPaths }),
    env,
  });

  const build = (current: SkykoiConfig): BuiltTools => {
    const { timeoutSeconds: execTimeoutSeconds, backgroundMs: execBackgroundMs } = current.tools.exec;
    const tools = createTools({
      workspace,
      protectedPaths,
      env,
      processesOf,
      execGate,
      execTimeoutSeconds,
      execBackgroundMs,
      web: current.tools.web,
      ...(current.tools.browser.enabled ? { browser } : {}),
      ...(current.memory.search.enabled ? { memory: memory.tools } : {}),
      skills: skills.tool,
      tts: current.tools.tts,
      sessions,
      messages,
      now,
    });
    const all = [...tools, ...roomTools.all()];
    return { config: current, all, tools: allow(all, current, agentId) };
  };

  let built: BuiltTools | undefined;
  const upToDate = (): BuiltTools => {
    const current = config.current();
    if (built?.config !== current) built = build(current);
    return built;
  };
  return {
    workspace,
    memory,
    skills,
    readFiles: createWorkspaceReader({ workspace, protectedPaths }),
    toolsWith: (others) => [...upToDate().tools, ...allow(others, config.current(), agentId)],
    allTools: () => upToDate().all,
  };
};

/** The tools of one configuration; another one gets others. */
interface BuiltTools {
  readonly config: SkykoiConfig;
  readonly all: readonly Tool[];
  readonly tools: readonly Tool[];
}

/** An agent's own choice is made within what all of them may use. */
const allow = (tools: readonly Tool[], current: SkykoiConfig, agentId: string): Tool[] => {
  const { profile = "full", allow: added = [], deny = [] } = agentOf(current, agentId)?.tools ?? {};
  const { exec } = current.tools;
  return allowedTools(allowedTools(tools, current.tools), { profile, allow: added, deny, exec });
};

const agentOf = ({ agents }: SkykoiConfig, agentId: string) => agents.list.find(({ id }) => id === agentId);
