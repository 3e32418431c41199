/** The agent's tools for others than a turn: a list of them, and a program that calls one. */

import type { Tool } from "@skykoi/agent";

import type { AgentMcp } from "../mcp/agent-mcp.ts";
import type { AgentRoom } from "../runs/agent-room.ts";
import { ensureWorkspace } from "./ensure-workspace.ts";

export interface OfferedTools {
  /** Those the policy allows. The workspace is there afterwards; throws CONFIG_INVALID when it cannot be made. */
  current(agentId: string): Promise<readonly Tool[]>;
  /** All there are, allowed or not. */
  all(agentId: string): Promise<readonly Tool[]>;
}

export interface OfferedToolsOptions {
  readonly roomOf: (agentId: string) => AgentRoom;
  readonly mcp: Pick<AgentMcp, "tools">;
}

export const createOfferedTools = ({ roomOf, mcp }: OfferedToolsOptions): OfferedTools => {
  const enter = async (agentId: string): Promise<AgentRoom> => {
    const room = roomOf(agentId);
    await ensureWorkspace(room.workspace);
    return room;
  };
  return {
    current: async (agentId) => (await enter(agentId)).toolsWith(await mcp.tools()),
    all: async (agentId) => [...(await enter(agentId)).allTools(), ...(await mcp.tools())],
  };
};
