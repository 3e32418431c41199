/** One live connection to an MCP server, over the streams of a process or over HTTP, with everything it sends bounded. */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ResultSchema, ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

import { boundedFetch } from "./bounded-fetch.ts";
import type { McpLimits, McpServerSettings } from "./mcp-settings.ts";

export interface McpConnectionOptions {
  readonly settings: McpServerSettings;
  readonly limits: McpLimits;
  /** Of a server that is a process: what commands may see, before the configured variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Once, however it ended. */
  readonly onClosed: () => void;
  readonly onToolsChanged: () => void;
}

export interface McpCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface McpConnection {
  /** As the server tells them; nothing about them is checked. */
  listTools(): Promise<readonly unknown[]>;
  /** As the server answers; nothing about it is checked. Throws an Error with a sentence. */
  call(call: McpCall): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

const MAX_PAGES = 20;
const STDERR_CHARS = 1_000;

/** Throws an Error with a sentence when the server does not begin to speak in time. */
export const connectMcp = async (options: McpConnectionOptions): Promise<McpConnection> => {
  const { limits } = options;
  const { transport, lastWords } = openTransport(options);
  const client = new Client({ name: "skykoi", version: "1" }, { capabilities: {} });
  // oxlint-disable-next-line prefer-add-event-listener -- not an event target: the SDK knows this property only
  client.onclose = options.onClosed;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => options.onToolsChanged());
  try {
    await client.connect(transport, { timeout: limits.connectMs });
  } catch (thrown) {
    await client.close().catch(() => undefined);
    throw new Error(`${sentence(thrown)}${lastWords()}`, { cause: thrown });
  }

  return {
    listTools: async () => {
      const tools: unknown[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const params = cursor === undefined ? {} : { cursor };
        // Without the SDK's own check: one malformed tool must not hide the others.
        const answer = await client.request({ method: "tools/list", params }, ResultSchema, {
          timeout: limits.connectMs,
        });
        if (Array.isArray(answer["tools"])) tools.push(...(answer["tools"] as unknown[]));
        const next = answer["nextCursor"];
        if (typeof next !== "string" || next === "") break;
        cursor = next;
      }
      return tools;
    },
    call: async ({ name, args, signal, onProgress }) => {
      try {
        return await client.request({ method: "tools/call", params: { name, arguments: { ...args } } }, ResultSchema, {
          signal,
          timeout: limits.callMs,
          resetTimeoutOnProgress: true,
          maxTotalTimeout: limits.totalCallMs,
          onprogress: ({ progress, total, message }) =>
            onProgress([message, total === undefined ? String(progress) : `${progress} of ${total}`].join(" ").trim()),
        });
      } catch (thrown) {
        throw new Error(`${sentence(thrown)}${lastWords()}`, { cause: thrown });
      }
    },
    close: () => client.close(),
  };
};

interface OpenTransport {
  readonly transport: Transport;
  /** What a process wrote to its standard error. */
  readonly lastWords: () => string;
}

const openTransport = ({ settings, limits, environment, directory }: McpConnectionOptions): OpenTransport => {
  const { command, args = [], env = {}, url, headers = {} } = settings;
  if (command === undefined) {
    const transport = new StreamableHTTPClientTransport(new URL(url ?? ""), {
      // A redirect could carry the headers to somebody else.
      requestInit: { headers: { ...headers }, redirect: "error" },
      fetch: boundedFetch(limits.maxMessageBytes),
      reconnectionOptions: {
        initialReconnectionDelay: limits.firstPauseMs,
        maxReconnectionDelay: 30_000,
        reconnectionDelayGrowFactor: 2,
        maxRetries: 2,
      },
    });
    return { transport, lastWords: () => "" };
  }
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...environment, ...env },
    cwd: directory,
    stderr: "pipe",
    maxBufferSize: limits.maxMessageBytes,
  });
  let said = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-STDERR_CHARS);
  });
  return { transport, lastWords: () => (said.trim() === "" ? "" : ` Its standard error: ${said.trim()}`) };
};

const sentence = (thrown: unknown): string => {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const line = text.replace(/^MCP error -?\d+: /, "").slice(0, STDERR_CHARS);
  return /[.?!]$/.test(line) ? line : `${line}.`;
};
