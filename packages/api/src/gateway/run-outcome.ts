/** How a run ended, as the transcript tells it to somebody who missed the events; pure. */

import { FAULTS } from "@skykoi/fault";
import type { MethodResult } from "@skykoi/protocol/wire";

import { runError, textOf, type RunEvent } from "./run-event.ts";

/** Undefined while it waits or runs. */
export const runOutcome = (history: MethodResult<"chat.history">, runId: string): RunEvent | undefined => {
  if (history.pendingInputs.some((input) => input.runId === runId)) return undefined;
  // A message that joined another run has its answer there.
  const own = history.messages.find((message) => message.role === "user" && message.runId === runId);
  const answeredBy = (own?.role === "user" && own.answeredBy) || runId;
  if (history.activeRunId === answeredBy) return undefined;
  const ofRun = history.messages.filter((message) => message.runId === answeredBy);
  const interrupted = ofRun.some((message) => message.role === "notice" && message.kind === "interrupted");
  const answer = ofRun.findLast((message) => message.role === "assistant");
  switch (interrupted ? "error" : answer?.stopReason) {
    case "stop":
    case "length":
      break;
    case "aborted":
      return { event: "aborted", data: { runId } };
    // Between two steps, or before the first: nobody is working on it any more.
    case "toolUse":
    case "error":
    case undefined:
      return runError("RUN_INTERRUPTED", answer?.errorMessage ?? FAULTS.RUN_INTERRUPTED.message);
  }
  if (!answer) return undefined;
  const { usage, stopReason } = answer;
  return { event: "final", data: { runId, text: textOf(answer), message: answer, usage, costUsd: null, stopReason } };
};
