/** What the tools about sessions and messages ask of whoever keeps the sessions. */

import type { ThinkingLevel } from "@skykoi/model";

import type { RunOrigin } from "../../port.ts";

/** `reason` is a sentence for the model. */
export type Answered<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

/** A call of a tool. The same call again is the same act, never a second one. */
export interface ToolCaller {
  readonly run: RunOrigin;
  readonly toolCallId: string;
}

export interface SessionSummary {
  readonly sessionKey: string;
  readonly kind: string;
  readonly label: string;
  readonly status: "idle" | "queued" | "running";
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly totalTokens: number;
}

export interface SpokenLine {
  readonly role: "user" | "assistant";
  readonly timestamp: number;
  readonly text: string;
}

export interface SessionStatus {
  readonly sessionKey: string;
  readonly model: string;
  readonly totalTokens: number;
  readonly costUsd: number;
  /** What the conversation occupied at the last call, and the window of its model where that is known. */
  readonly contextTokens: number;
  readonly contextWindow: number | undefined;
  readonly today: Spent;
  readonly month: Spent;
  readonly maxUsdPerRun: number;
  /** Sub-agents of this session that have not reported yet. */
  readonly subagents: readonly { readonly sessionKey: string; readonly label: string }[];
}

interface Spent {
  /** US dollars, spent and set aside. */
  readonly usedUsd: number;
  readonly maxUsd: number;
}

export interface SpawnRequest {
  readonly task: string;
  readonly label: string;
  /** A model reference or an alias. Default: the configured one. */
  readonly model?: string;
  readonly thinking?: ThinkingLevel;
  readonly timeoutMs?: number;
}

type SendEnd =
  | { readonly kind: "answered"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody waited, or not long enough; the message is being worked on. */
  | { readonly kind: "accepted" };

/** Which sessions a run may see is decided behind this port, from the run and never from what a model says of itself. */
export interface SessionOperations {
  /** The last used first. */
  list(run: RunOrigin, limit: number): readonly SessionSummary[];
  /** Oldest first, without tools' output. */
  history(
    run: RunOrigin,
    wanted: { readonly sessionKey: string; readonly limit: number },
  ): Promise<Answered<{ readonly lines: readonly SpokenLine[]; readonly hasMore: boolean }>>;
  send(
    caller: ToolCaller,
    message: { readonly sessionKey: string; readonly text: string; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<Answered<{ readonly end: SendEnd }>>;
  /** Resolves when the sub-agent is durable; its result comes to the caller's session as a message. */
  spawn(
    caller: ToolCaller,
    request: SpawnRequest,
    signal: AbortSignal,
  ): Promise<Answered<{ readonly sessionKey: string }>>;
  status(run: RunOrigin, sessionKey: string | undefined): Answered<{ readonly status: SessionStatus }>;
}

interface OutgoingMessage {
  /** Default: the person's main conversation. */
  readonly channel?: string;
  /** The channel's address of a person, group or thread. */
  readonly to?: string;
  readonly text: string;
}

export interface MessageOperations {
  /** Durable when it resolves; `delivered` when the other side has it by then. */
  send(
    caller: ToolCaller,
    message: OutgoingMessage,
  ): Promise<Answered<{ readonly status: "delivered" | "queued"; readonly where: string }>>;
}
