/** All configured MCP servers, and their tools as tools of the agent. */

import { mkdir } from "node:fs/promises";

import type { Tool, ToolContext, ToolResult } from "../port.ts";
import { failed } from "../tools/define-tool.ts";
import { commandEnvironment, type Environment } from "../tools/exec/environment.ts";
import type { McpConnection } from "./mcp-connection.ts";
import { toToolResult } from "./mcp-result.ts";
import { createMcpServer, type McpServer, type McpServerState } from "./mcp-server.ts";
import { MCP_LIMITS, type McpLimits, type McpServerSettings } from "./mcp-settings.ts";
import type { OfferedTool } from "./offered-tools.ts";
import { toolNames } from "./tool-names.ts";

export interface McpServersOptions {
  readonly servers: Readonly<Record<string, McpServerSettings>>;
  /** The gateway's environment; servers that are processes see only a few names of it, as commands do. */
  readonly env: Environment;
  /** Where such servers work; made when it is missing. */
  readonly directory: string;
  readonly limits?: Partial<McpLimits>;
  readonly now: () => number;
}

export interface McpServers {
  /** In a stable order, under names that do not clash. Waits for servers that begin; never rejects. */
  tools(): Promise<readonly Tool[]>;
  states(): readonly McpServerState[];
  close(): Promise<void>;
}

export const createMcpServers = (options: McpServersOptions): McpServers => {
  const { directory, now } = options;
  const environment = commandEnvironment(options.env, directory);
  const limits = { ...MCP_LIMITS, ...options.limits };
  const servers = Object.entries(options.servers)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, settings]) =>
      createMcpServer({
        name,
        connect: async (events): Promise<McpConnection> => {
          await mkdir(directory, { recursive: true });
          const { connectMcp } = await import("./mcp-connection.ts");
          return connectMcp({ settings, limits, environment, directory, ...events });
        },
        firstPauseMs: limits.firstPauseMs,
        maxPauseMs: limits.maxPauseMs,
        now,
      }),
    );

  return {
    tools: async () => {
      const offers = await Promise.all(
        servers.map(async (server) => (await server.tools()).map((tool) => ({ server, tool }))),
      );
      const all = offers.flat();
      const names = toolNames(all.map(({ server, tool }) => ({ server: server.name, tool: tool.name })));
      return all.map(({ server, tool }, index) => toTool(names[index] ?? "", server, tool));
    },
    states: () => servers.map((server) => server.state()),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
};

const MAX_UPDATE_CHARS = 500;

const toTool = (name: string, server: McpServer, { name: theirName, description, inputSchema }: OfferedTool): Tool => ({
  name,
  description: `[${server.name}] ${description}`.trim(),
  inputSchema,
  title: () => `${theirName} of ${server.name}`.slice(0, 100),
  execute: async (input, context) => {
    if (!isRecord(input)) return failed(`The arguments of ${name} must be a JSON object.`);
    return call(server, theirName, input, context);
  },
});

const call = async (
  server: McpServer,
  name: string,
  args: Readonly<Record<string, unknown>>,
  { signal, update }: ToolContext,
): Promise<ToolResult> => {
  try {
    const onProgress = (line: string): void => update(line.slice(0, MAX_UPDATE_CHARS));
    return toToolResult(
      `MCP server ${server.name}, tool ${name}`,
      await server.call({ name, args, signal, onProgress }),
    );
  } catch (thrown) {
    if (signal.aborted) return failed("Stopped before it was finished.");
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return failed(`The MCP server ${server.name} did not do this: ${reason}`);
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
