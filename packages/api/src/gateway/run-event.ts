/** One gateway event, as the event of a message stream it becomes; pure. */

import { payloadOf } from "@skykoi/client";
import { FAULTS, isFaultCode } from "@skykoi/fault";
import type { AgentEvent, AssistantMessage, ChatEvent, EventFrame } from "@skykoi/protocol/wire";

import type { MessageStreamEvents, ToolView } from "../views.ts";

export type RunEvent = {
  [N in keyof MessageStreamEvents]: { readonly event: N; readonly data: MessageStreamEvents[N] };
}[keyof MessageStreamEvents];

/** Undefined for what a message stream does not show. The gateway's frames are trusted: it is our own. */
export const runEventOf = (frame: EventFrame, runId: string): RunEvent | undefined => {
  const chat = payloadOf(frame, "chat");
  if (chat) return chat.runId === runId ? ofChat(chat) : undefined;
  const agent = payloadOf(frame, "agent");
  return agent?.runId === runId ? ofAgent(agent) : undefined;
};

export const isEnd = ({ event }: RunEvent): boolean => event === "final" || event === "error" || event === "aborted";

export const textOf = (message: AssistantMessage): string =>
  message.content.map((block) => (block.type === "text" ? block.text : "")).join("");

export const runError = (kind: string, message: string): RunEvent => {
  const code = isFaultCode(kind) ? kind : "INTERNAL";
  return { event: "error", data: { code, message, retryable: FAULTS[code].retryable } };
};

const ofChat = (event: ChatEvent): RunEvent | undefined => {
  switch (event.state) {
    case "status":
      return undefined;
    case "delta":
      return { event: "delta", data: { text: event.deltaText } };
    case "final": {
      const { runId, message, usage, costUsd, stopReason } = event;
      return { event: "final", data: { runId, text: textOf(message), message, usage, costUsd, stopReason } };
    }
    case "aborted":
      return { event: "aborted", data: { runId: event.runId } };
    case "error":
      break;
  }
  return runError(event.errorKind, event.errorMessage);
};

const ofAgent = (event: AgentEvent): RunEvent | undefined =>
  event.stream === "tool" ? { event: "tool", data: toolView(event.data) } : undefined;

const toolView = (tool: Extract<AgentEvent, { stream: "tool" }>["data"]): ToolView => {
  if (tool.phase !== "update") return tool;
  const { partialResult, ...rest } = tool;
  return { ...rest, result: partialResult };
};
