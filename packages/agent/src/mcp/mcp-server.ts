/** One configured MCP server through its ups and downs: connected on first use, and again after it died, with pauses. */

import type { McpCall, McpConnection } from "./mcp-connection.ts";
import { toolsOffered, type OfferedTool } from "./offered-tools.ts";

export interface McpServerOptions {
  readonly name: string;
  /** Throws an Error with a sentence. */
  readonly connect: (events: {
    readonly onClosed: () => void;
    readonly onToolsChanged: () => void;
  }) => Promise<McpConnection>;
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  readonly now: () => number;
}

export interface McpServerState {
  readonly name: string;
  readonly connected: boolean;
  /** Why it is not, or what is wrong with its tools. */
  readonly problem?: string;
}

export interface McpServer {
  readonly name: string;
  /** What it offers, or last offered; connects when there is a chance. Never rejects. */
  tools(): Promise<readonly OfferedTool[]>;
  /** Throws an Error with a sentence. */
  call(call: McpCall): Promise<Readonly<Record<string, unknown>>>;
  state(): McpServerState;
  close(): Promise<void>;
}

export const createMcpServer = (options: McpServerOptions): McpServer => {
  const { name, firstPauseMs, maxPauseMs, now } = options;
  let connecting: Promise<McpConnection> | undefined;
  let live: McpConnection | undefined;
  let offered: readonly OfferedTool[] = [];
  let isListed = false;
  let failures = 0;
  let retryAtMs = 0;
  let problem: string | undefined;
  let closed = false;

  const failed = (thrown: unknown): void => {
    problem = thrown instanceof Error ? thrown.message : String(thrown);
    retryAtMs = now() + Math.min(maxPauseMs, firstPauseMs * 2 ** failures);
    failures += 1;
  };

  const open = async (): Promise<McpConnection> => {
    let connection: McpConnection | undefined;
    try {
      connection = await options.connect({
        onClosed: () => {
          if (live === connection) live = undefined;
          isListed = false;
        },
        onToolsChanged: () => (isListed = false),
      });
    } catch (thrown) {
      failed(thrown);
      throw thrown;
    } finally {
      connecting = undefined;
    }
    if (closed) {
      await connection.close();
      throw new Error("The gateway stops.");
    }
    live = connection;
    problem = undefined;
    return connection;
  };

  const connected = async (): Promise<McpConnection> => {
    if (live) return live;
    if (closed) throw new Error("The gateway stops.");
    const waitMs = retryAtMs - now();
    if (!connecting && waitMs > 0) {
      throw new Error(`${problem ?? "It does not answer."} It is tried again in ${Math.ceil(waitMs / 1_000)} s.`);
    }
    connecting ??= open();
    return connecting;
  };

  const list = async (): Promise<void> => {
    const connection = await connected();
    try {
      const { tools, problems } = toolsOffered(await connection.listTools());
      offered = tools;
      problem = problems.length === 0 ? undefined : problems.join(" ");
      isListed = true;
      failures = 0;
    } catch (thrown) {
      failed(thrown);
      await connection.close();
      throw thrown;
    }
  };
  let listing: Promise<void> | undefined;

  return {
    name,
    tools: async () => {
      if (!isListed) {
        listing ??= list().finally(() => (listing = undefined));
        // What it offered last stays: a call says why it does not work.
        await listing.catch(() => undefined);
      }
      return offered;
    },
    call: async (call) => {
      const connection = await connected();
      const result = await connection.call(call);
      failures = 0;
      return result;
    },
    state: () => ({ name, connected: live !== undefined, ...(problem === undefined ? {} : { problem }) }),
    close: async () => {
      closed = true;
      await connecting?.catch(() => undefined);
      await live?.close();
    },
  };
};
