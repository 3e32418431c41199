/** Turns what a run tells into the payloads of `chat` and `agent` events. Pure but for its counters. */

import type { AgentEvent } from "@skykoi/agent";
import type { AgentEvent as AgentPayload, ChatEvent } from "@skykoi/protocol";

import { toAssistantMessage } from "../sessions/chat-message.ts";

export type RunFrame =
  | { readonly event: "chat"; readonly payload: ChatEvent }
  | { readonly event: "agent"; readonly payload: AgentPayload };

interface RunIdentity {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
}

export interface FrameMapperOptions {
  readonly run: RunIdentity;
  readonly nextSeq: () => number;
  readonly now: () => number;
}

/** The end of a run; the runner decides it, since only it knows why a run was aborted. */
export type RunEnd =
  | Extract<AgentEvent, { type: "run-end"; outcome: "completed" | "aborted" }>
  | { readonly type: "run-end"; readonly outcome: "failed"; readonly code: string; readonly message: string };

export interface FrameMapper {
  map(event: Exclude<AgentEvent, { type: "run-end" }>): RunFrame[];
  mapEnd(end: RunEnd): RunFrame[];
}

/** The whole answer so far goes along at most this often; it repeats what the deltas said. */
const CUMULATIVE_INTERVAL_MS = 500;

export const createFrameMapper = ({ run, nextSeq, now }: FrameMapperOptions): FrameMapper => {
  /** The text of the assistant message under way. */
  let text = "";
  let cumulativeAt = 0;

  const chat = <P extends object>(payload: P) => ({
    event: "chat" as const,
    payload: { ...run, seq: nextSeq(), ...payload },
  });
  const agent = <P extends object>(payload: P) => ({
    event: "agent" as const,
    payload: { ...run, seq: nextSeq(), ts: now(), ...payload },
  });

  /** The message as a whole for clients that follow the agent stream: once, so that short answers stay small. */
  const endOfMessage = (): RunFrame[] => {
    if (text === "") return [];
    const whole = text;
    text = "";
    return [agent({ stream: "assistant" as const, data: { text: whole, delta: whole } })];
  };

  const delta = (piece: string): RunFrame => {
    const isFirst = text === "";
    text += piece;
    const at = now();
    if (!isFirst && at - cumulativeAt < CUMULATIVE_INTERVAL_MS) {
      return chat({ state: "delta" as const, deltaText: piece });
    }
    cumulativeAt = at;
    const message = { role: "assistant" as const, content: [{ type: "text" as const, text }], timestamp: at };
    return chat({ state: "delta" as const, deltaText: piece, message });
  };

  return {
    map: (event) => {
      switch (event.type) {
        case "run-start":
          return [
            chat({ state: "status" as const, phase: "started" as const }),
            agent({ stream: "lifecycle" as const, data: { phase: "start" as const } }),
          ];
        case "text-delta":
          return event.text === "" ? [] : [delta(event.text)];
        case "reasoning-delta":
          return [agent({ stream: "reasoning" as const, data: { delta: event.text } })];
        case "retry":
          // What was said of the message is still its beginning: a repeated call goes on from there.
          return [chat({ state: "status" as const, phase: "retrying" as const, detail: event.fault.message })];
        case "fallback": {
          const detail = `${event.fault.message} Going on with ${event.to}.`;
          return [chat({ state: "status" as const, phase: "retrying" as const, detail })];
        }
        case "tool-start": {
          const { toolCallId, name, title, args } = event;
          const data = { phase: "start" as const, toolCallId, name, title, args };
          return [...endOfMessage(), agent({ stream: "tool" as const, data })];
        }
        case "tool-update": {
          const { toolCallId, name, partial } = event;
          const data = { phase: "update" as const, toolCallId, name, partialResult: partial };
          return [agent({ stream: "tool" as const, data })];
        }
        case "tool-end": {
          const { toolCallId, name, result, isError } = event;
          const durationMs = Math.round(event.durationMs);
          const data = { phase: "result" as const, toolCallId, name, result, isError, durationMs };
          return [agent({ stream: "tool" as const, data })];
        }
        case "compaction": {
          const { type: _, ...data } = event;
          return [agent({ stream: "compaction" as const, data })];
        }
        default: {
          const { usage, costUsd, contextTokens } = event;
          return [...endOfMessage(), agent({ stream: "usage" as const, data: { usage, costUsd, contextTokens } })];
        }
      }
    },
    mapEnd: (end) => {
      const remaining = endOfMessage();
      switch (end.outcome) {
        case "completed": {
          const message = toAssistantMessage(end.message);
          const { usage, costUsd } = end;
          return [
            ...remaining,
            agent({ stream: "lifecycle" as const, data: { phase: "end" as const } }),
            chat({ state: "final" as const, message, stopReason: message.stopReason, usage, costUsd }),
          ];
        }
        case "aborted": {
          const message = end.message && { message: toAssistantMessage(end.message) };
          return [
            ...remaining,
            agent({ stream: "lifecycle" as const, data: { phase: "end" as const } }),
            chat({ state: "aborted" as const, ...message }),
          ];
        }
        default:
          return [
            ...remaining,
            agent({ stream: "lifecycle" as const, data: { phase: "error" as const, error: end.message } }),
            chat({ state: "error" as const, errorMessage: end.message, errorKind: end.code }),
          ];
      }
    },
  };
};
