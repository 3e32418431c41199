/** What takes the place of a summary that no model could write: the beginnings of what was said, the newest first kept. */

import { estimateTextTokens } from "@skykoi/model";

import type { TranscriptEntry } from "../port.ts";
import { cutText } from "./cut-text.ts";

const MAX_LINE_CHARS = 300;
/** The summary before may take this part. */
const EARLIER_SHARE = 0.4;

const HEADING = "(No summary could be written. These are the beginnings of what was said.)";

/** At most about `maxTokens`. */
export const extractOf = (entries: readonly TranscriptEntry[], maxTokens: number): string => {
  const earlier = entries.findLast((entry) => entry.type === "compaction");
  const before = earlier ? [cutText(earlier.summary.replace(HEADING, "").trim(), maxTokens * EARLIER_SHARE)] : [];
  let left = maxTokens - estimateTextTokens([HEADING, ...before].join("\n"));
  const lines: string[] = [];
  for (const line of entries.flatMap(lineOf).toReversed()) {
    left -= estimateTextTokens(line) + 1;
    if (left < 0) break;
    lines.unshift(line);
  }
  return [HEADING, ...before, ...lines].join("\n");
};

const lineOf = (entry: TranscriptEntry): string[] => {
  if (entry.type !== "user" && entry.type !== "assistant") return [];
  const text = entry.content.map((block) => (block.type === "text" ? block.text : "")).join(" ");
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line === "") return [];
  const shown = line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS).toWellFormed()}…` : line;
  return [`- ${entry.type === "user" ? "Asked" : "Answered"}: ${shown}`];
};
