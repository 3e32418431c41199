/** A page of a transcript as clients see it. */

import type { TranscriptPage } from "@skykoi/agent";
import type { ChatMessage } from "@skykoi/protocol";

import { toChatMessage } from "./chat-message.ts";

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: ChatMessage[];
  readonly hasMore: boolean;
  readonly totalMessages: number;
}

export const toHistoryPage = ({ entries, hasMore, total }: TranscriptPage): HistoryPage => ({
  messages: entries.flatMap((entry) => toChatMessage(entry) ?? []),
  hasMore,
  totalMessages: total,
});
