/** The types of everything the API answers, for the dashboard and other clients; no code comes with them. */

import type { Role } from "@skykoi/control";
import type { AssistantMessage, MethodResult, Usage } from "@skykoi/protocol/wire";

import type { AgentView } from "./agents/agent-view.ts";

export type { AgentView, TimelineEventView } from "./agents/agent-view.ts";

export interface ModelView {
  /** `provider/model` */
  readonly ref: string;
  /** True when it is the offline model that only says what it is. */
  readonly demo: boolean;
}

/** GET /api/health */
export interface HealthView {
  readonly status: "ok";
  readonly version: string;
  readonly model: ModelView;
}

/** GET /api/me */
export interface MeView {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly organization: { readonly id: string; readonly name: string; readonly role: Role };
  readonly model: ModelView;
}

/** GET /api/agents */
export interface AgentsView {
  readonly agents: readonly AgentView[];
}

/** GET /api/agents/:id/sessions */
export type SessionsView = MethodResult<"sessions.list">;

/** GET /api/agents/:id/sessions/:key */
export type SessionHistoryView = MethodResult<"chat.history">;

/** POST /api/agents/:id/tickets */
export interface TicketView {
  readonly ticket: string;
  readonly expiresAt: string;
  /** Path of the relay's WebSocket on this host. */
  readonly url: string;
}

/** The events of POST /api/agents/:id/messages, by name; exactly one of final, error, aborted ends the stream. */
export interface MessageStreamEvents {
  accepted: { readonly runId: string };
  delta: { readonly text: string };
  tool: ToolView;
  final: {
    readonly runId: string;
    readonly text: string;
    readonly message: AssistantMessage;
    readonly usage: Usage;
    /** Null when the answer is read from the transcript: it was given before this request, or while the gateway was away. */
    readonly costUsd: number | null;
    readonly stopReason: string;
  };
  error: { readonly code: string; readonly message: string; readonly retryable: boolean };
  aborted: { readonly runId: string };
}

export interface ToolView {
  readonly phase: "start" | "update" | "result";
  readonly toolCallId: string;
  readonly name: string;
  readonly title?: string;
  readonly args?: unknown;
  /** The output so far (update) or all of it (result). */
  readonly result?: string;
  readonly isError?: boolean;
  readonly durationMs?: number;
}

/** Every error: application/problem+json (RFC 9457). */
export interface ProblemView {
  /** Relative address of the documentation of the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}
