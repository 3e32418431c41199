/** The configured MCP servers as the gateway runs them: begun with the first turn, ended with the gateway. */

import { createMcpServers, type Tool } from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";

import type { HealthMonitor } from "../health/health-monitor.ts";

export interface AgentMcpOptions {
  /** Of the start: other servers take a restart. */
  readonly config: SkykoiConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly health: Pick<HealthMonitor, "report">;
  readonly now: () => number;
}

export interface AgentMcp {
  /** Never rejects. */
  readonly tools: () => Promise<readonly Tool[]>;
  close(): Promise<void>;
}

export const createAgentMcp = ({ config, env, health, now }: AgentMcpOptions): AgentMcp => {
  const { workspace } = config.agents.defaults;
  const servers = createMcpServers({ servers: config.mcp.servers, env, directory: workspace, now });
  return {
    tools: async () => {
      const tools = await servers.tools();
      const problems = servers
        .states()
        .flatMap(({ name, problem }) => (problem === undefined ? [] : [{ name, problem }]));
      const sentences = problems.map(({ name, problem }) => `MCP server ${name}: ${problem}`);
      health.report("mcp", sentences.length === 0 ? undefined : sentences.join(" "));
      return tools;
    },
    close: () => servers.close(),
  };
};
