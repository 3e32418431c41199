/** What a restart has to do with the runs of a transcript that never ended. */

import type { TranscriptEntry } from "../port.ts";

export interface UnfinishedRuns {
  /** Accepted, nothing of them done yet: run them. In the order of their messages. */
  readonly toRun: readonly string[];
  /** Stopped in the middle: mark them, never repeat them. */
  readonly interrupted: readonly string[];
}

/** A run has begun when an assistant or tool result entry of it exists; it has ended when its `runEnd` does. */
export const unfinishedRuns = (entries: readonly TranscriptEntry[]): UnfinishedRuns => {
  const accepted = new Set<string>();
  const begun = new Set<string>();
  const ended = new Set<string>();
  for (const entry of entries) {
    switch (entry.type) {
      case "user":
        accepted.add(entry.runId);
        break;
      case "assistant":
      case "toolResult":
        begun.add(entry.runId);
        break;
      case "runEnd":
        ended.add(entry.runId);
        break;
      case "notice":
        break;
    }
  }
  return {
    toRun: [...accepted].filter((runId) => !begun.has(runId) && !ended.has(runId)),
    interrupted: [...begun].filter((runId) => !ended.has(runId)),
  };
};
