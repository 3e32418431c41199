/** The words of an entry: what a search finds and what an excerpt shows. */

import type { TranscriptEntry } from "../port.ts";

/** Enough to find a message by; a pasted log file must not make the index as large as the transcript. */
const MAX_CHARACTERS = 16_384;

/**
 * What people and the agent said. Output of tools is not searched: it is the bulk of a transcript and mostly files that
 * can be searched where they are.
 */
export const searchableText = (entry: TranscriptEntry): string => {
  switch (entry.type) {
    case "user":
    case "assistant":
      return entry.content
        .flatMap((block) => (block.type === "text" ? [block.text] : []))
        .join("\n")
        .slice(0, MAX_CHARACTERS);
    case "compaction":
      return entry.summary.slice(0, MAX_CHARACTERS);
    default:
      return "";
  }
};
