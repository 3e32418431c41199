/** Transcript entries as clients see them. */

import type { AssistantEntry, TranscriptEntry, UserEntry } from "@skykoi/agent";
import type { AssistantMessage, ChatMessage, UserMessage } from "@skykoi/protocol";

export const toAssistantMessage = (entry: AssistantEntry): AssistantMessage => ({
  id: entry.id,
  timestamp: entry.timestamp,
  runId: entry.runId,
  role: "assistant",
  content: entry.content.map(forReaders),
  model: entry.model,
  stopReason: entry.stopReason,
  usage: entry.usage,
  ...(entry.errorMessage !== undefined && { errorMessage: entry.errorMessage }),
  ...(entry.command && { command: true }),
});

/** A signature is between the agent and its provider. */
const forReaders = (block: AssistantEntry["content"][number]): AssistantMessage["content"][number] =>
  block.type === "thinking" ? { type: "thinking", thinking: block.thinking } : block;

export const toUserMessage = (entry: UserEntry): UserMessage => ({
  id: entry.id,
  timestamp: entry.timestamp,
  runId: entry.runId,
  role: "user",
  idempotencyKey: `${entry.runId}:user`,
  ...(entry.answeredBy !== undefined && { answeredBy: entry.answeredBy }),
  ...(entry.command && { command: true }),
  content: [...entry.content],
});

/** Undefined for an entry that readers do not see. */
export const toChatMessage = (entry: TranscriptEntry): ChatMessage | undefined => {
  switch (entry.type) {
    case "user":
      return toUserMessage(entry);
    case "assistant":
      return toAssistantMessage(entry);
    case "toolResult":
      return {
        id: entry.id,
        timestamp: entry.timestamp,
        runId: entry.runId,
        role: "toolResult",
        toolCallId: entry.toolCallId,
        toolName: entry.toolName,
        content: [...entry.content],
        isError: entry.isError,
        durationMs: Math.round(entry.durationMs),
      };
    case "notice":
      return {
        id: entry.id,
        timestamp: entry.timestamp,
        ...(entry.runId !== undefined && { runId: entry.runId }),
        role: "notice",
        kind: entry.kind,
        content: [...entry.content],
      };
    case "compaction":
      return {
        id: entry.id,
        timestamp: entry.timestamp,
        ...(entry.runId !== undefined && { runId: entry.runId }),
        role: "notice",
        kind: "compaction",
        content: [{ type: "text", text: entry.summary }],
      };
    default:
      return undefined;
  }
};
