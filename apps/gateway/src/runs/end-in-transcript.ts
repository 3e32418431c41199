/** How a run ended, as its transcript tells it: for who asks after a restart, and for clients that were not told. Pure. */

import type { AssistantEntry, TranscriptEntry } from "@skykoi/agent";
import { FAULTS } from "@skykoi/fault";
import { NO_USAGE, type Usage } from "@skykoi/model";

import type { RunEnd } from "./frame-mapper.ts";
import { endOfJoined } from "./lone-frames.ts";

export interface EndInTranscript {
  readonly end: RunEnd;
  /** The run that this one had joined. */
  readonly answeredBy: string | undefined;
}

/** undefined: the run is not known here or has not ended. */
export const endInTranscript = (entries: readonly TranscriptEntry[], runId: string): EndInTranscript | undefined => {
  const mark = entries.findLast((entry) => entry.type === "runEnd" && entry.runId === runId);
  if (mark?.type !== "runEnd") return undefined;
  const { answeredBy } = mark;
  const ofRun = entries.filter((entry) => entry.runId === (answeredBy ?? runId));
  const answers = ofRun.filter((entry) => entry.type === "assistant");
  const end = endOf(mark.outcome, ofRun, answers);
  return { end: answeredBy === undefined ? end : endOfJoined(end), answeredBy };
};

const endOf = (
  outcome: "completed" | "aborted" | "failed" | "interrupted",
  ofRun: readonly TranscriptEntry[],
  answers: readonly AssistantEntry[],
): RunEnd => {
  const message = answers.at(-1);
  switch (outcome) {
    case "completed":
      if (!message) break;
      return {
        type: "run-end",
        outcome,
        message,
        usage: answers.map(({ usage }) => usage).reduce(sum, NO_USAGE),
        costUsd: answers.reduce((total, { costUsd }) => total + costUsd, 0),
      };
    case "aborted":
      return { type: "run-end", outcome, ...(message?.stopReason === "aborted" && { message }) };
    case "interrupted":
      return { type: "run-end", outcome: "failed", code: "RUN_INTERRUPTED", message: FAULTS.RUN_INTERRUPTED.message };
    case "failed":
      break;
  }
  const notice = ofRun.findLast((entry) => entry.type === "notice");
  const said = message?.errorMessage ?? notice?.content.map(({ text }) => text).join("\n");
  return { type: "run-end", outcome: "failed", code: "INTERNAL", message: said ?? FAULTS.INTERNAL.message };
};

const sum = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
});
