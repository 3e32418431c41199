/** The background processes of all agents: a registry each, closed with the gateway. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { createCommandUser, createProcessRegistry, type ProcessInfo, type ProcessRegistry } from "@skykoi/agent";

export interface AgentProcesses {
  readonly of: (agentId: string) => ProcessRegistry;
  /** Looks at what an earlier gateway left running, and ends it. */
  open(): Promise<void>;
  /** Called when a background process of an agent has ended. Answers how to stop listening. */
  onExit(listener: (agentId: string, info: ProcessInfo) => void): () => void;
  close(): Promise<void>;
}

export interface AgentProcessesOptions {
  readonly home: string;
  readonly agentIds: readonly string[];
  /** Unix user of the commands; empty: the gateway's own. */
  readonly runAs: string;
  readonly now: () => number;
}

export const createAgentProcesses = ({ home, agentIds, runAs, now }: AgentProcessesOptions): AgentProcesses => {
  const registries = new Map<string, ProcessRegistry>();
  const listeners = new Set<(agentId: string, info: ProcessInfo) => void>();
  const user = createCommandUser(runAs);
  const directoryOf = (agentId: string): string => join(home, "agents", agentId, "processes");

  const of = (agentId: string): ProcessRegistry => {
    const known = registries.get(agentId);
    if (known) return known;
    const registry = createProcessRegistry({ directory: directoryOf(agentId), user, now });
    registry.onExit((info) => {
      for (const listener of listeners) listener(agentId, info);
    });
    registries.set(agentId, registry);
    return registry;
  };

  return {
    of,
    open: async () => {
      for (const agentId of agentIds) if (existsSync(directoryOf(agentId))) await of(agentId).list();
    },
    onExit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      await Promise.all([...registries.values()].map((registry) => registry.close()));
    },
  };
};
