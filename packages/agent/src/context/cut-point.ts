/** Where a compaction cuts a conversation: what becomes a summary, and what stays word for word. Pure. */

import { estimateTextTokens, TOKENS_PER_IMAGE } from "@skykoi/model";

import type { TranscriptEntry } from "../port.ts";

export interface Cut {
  /** As in the compaction entry. */
  readonly firstKeptId: string | null;
  /** What will be told by the summary alone, the last compaction included. */
  readonly summarized: readonly TranscriptEntry[];
}

export interface CutOptions {
  readonly currentRunId: string;
  /** The most that stays word for word. */
  readonly keepTokens: number;
  /** To replace less than this is not worth a summary. */
  readonly minTokens: number;
}

/**
 * Only before an answer of the model: its tool calls then stay with their results. The message that the current run
 * answers stays in any case, wherever it is.
 */
export const cutPoint = (entries: readonly TranscriptEntry[], options: CutOptions): Cut | undefined => {
  const { currentRunId, keepTokens, minTokens } = options;
  const first = firstKept(entries, currentRunId, keepTokens);
  const answered = new Set(entries.flatMap((entry) => (entry.type === "assistant" ? [entry.runId] : [])));
  const summarized = entries
    .slice(0, first)
    .filter((entry) => entry.type !== "user" || (entry.runId !== currentRunId && answered.has(entry.runId)));
  const tokens = summarized.reduce((sum, entry) => sum + (entry.type === "compaction" ? 0 : entryTokens(entry)), 0);
  if (tokens < Math.max(1, minTokens)) return undefined;
  return { firstKeptId: entries[first]?.id ?? null, summarized };
};

/** The number of entries when none is kept. */
const firstKept = (entries: readonly TranscriptEntry[], currentRunId: string, keepTokens: number): number => {
  let kept: number | undefined;
  let tokens = 0;
  for (const [index, entry] of [...entries.entries()].toReversed()) {
    tokens += entryTokens(entry);
    if (entry.type !== "assistant") continue;
    if (tokens > keepTokens) {
      // The step at hand is needed, however long it is.
      if (kept === undefined && entry.runId === currentRunId) kept = index;
      break;
    }
    kept = index;
  }
  return kept ?? entries.length;
};

const entryTokens = (entry: TranscriptEntry): number => {
  if (entry.type !== "user" && entry.type !== "assistant" && entry.type !== "toolResult") return 0;
  return entry.content.reduce((sum, block) => {
    switch (block.type) {
      case "text":
        return sum + estimateTextTokens(block.text);
      case "toolCall":
        return sum + estimateTextTokens(JSON.stringify(block.arguments) ?? "");
      case "image":
        return sum + TOKENS_PER_IMAGE;
      default:
        return sum;
    }
  }, 0);
};
