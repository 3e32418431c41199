/** Cuts one page out of a conversation, bounded by messages and by bytes. */

import type { TranscriptEntry } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import type { ChatMessage } from "@skykoi/protocol";

import { toChatMessage } from "./chat-message.ts";

export interface HistoryRequest {
  /** In the order a reader sees them. */
  readonly entries: readonly TranscriptEntry[];
  /** Runs that wait: their messages are shown as pending, not yet as part of the conversation. */
  readonly pendingRunIds: ReadonlySet<string>;
  readonly limit: number;
  /** Id of a message: the page ends just before it. */
  readonly before: string | undefined;
  /** A page is cut short before it grows beyond this, but holds at least one message. */
  readonly maxCharacters: number;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: ChatMessage[];
  readonly hasMore: boolean;
  readonly totalMessages: number;
}

/** Throws INVALID_REQUEST when `before` is not a message of this conversation. */
export const historyPage = (request: HistoryRequest): HistoryPage => {
  const shown = request.entries.filter((entry) => isShown(entry, request.pendingRunIds));
  const end = request.before === undefined ? shown.length : indexOf(shown, request.before);

  const messages: ChatMessage[] = [];
  let characters = 0;
  let start = end;
  for (; start > 0 && messages.length < request.limit; start--) {
    const entry = shown[start - 1];
    const message = entry && toChatMessage(entry);
    if (!message) continue;
    characters += JSON.stringify(message).length;
    if (messages.length > 0 && characters > request.maxCharacters) break;
    messages.push(message);
  }
  return { messages: messages.toReversed(), hasMore: start > 0, totalMessages: shown.length };
};

const isShown = (entry: TranscriptEntry, pendingRunIds: ReadonlySet<string>): boolean => {
  if (entry.type === "runEnd") return false;
  return entry.type !== "user" || !pendingRunIds.has(entry.runId);
};

const indexOf = (shown: readonly TranscriptEntry[], id: string): number => {
  const index = shown.findIndex((entry) => entry.id === id);
  if (index >= 0) return index;
  throw fault("INVALID_REQUEST", { message: `before must be the id of a message in this session, not "${id}"` });
};
