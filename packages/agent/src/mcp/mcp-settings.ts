/** How to reach one MCP server: a program of this machine, or an address. */

export interface McpServerSettings {
  readonly command?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface McpLimits {
  /** A server that has not begun to speak by then is given up for a while. Milliseconds. */
  readonly connectMs: number;
  /** A call without any sign of progress. Milliseconds. */
  readonly callMs: number;
  /** A call with progress. Milliseconds. */
  readonly totalCallMs: number;
  /** The pause after the first failure; it doubles up to `maxPauseMs`. Milliseconds. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** One message of a server. */
  readonly maxMessageBytes: number;
}

export const MCP_LIMITS: McpLimits = {
  connectMs: 15_000,
  callMs: 120_000,
  totalCallMs: 600_000,
  firstPauseMs: 1_000,
  maxPauseMs: 300_000,
  maxMessageBytes: 10 * 1024 * 1024,
};
