/** How a run ends, and what that means for its transcript. */

import { fault, isFault, type Fault } from "@skykoi/fault";

import type { AssistantEntry, NewEntry, RunEndEntry } from "../port.ts";

/** An answer as it will stand in the transcript. */
export type AnswerDraft = Pick<AssistantEntry, "content" | "stopReason" | "usage" | "errorMessage">;

/** `answer` is the last one, or what there is of it, and is not written yet. */
export type Ending =
  | { readonly kind: "completed"; readonly answer: AnswerDraft }
  | { readonly kind: "aborted"; readonly answer?: AnswerDraft }
  | { readonly kind: "failed"; readonly fault: Fault; readonly answer?: AnswerDraft };

type PartialAnswer = Pick<AssistantEntry, "content" | "usage">;

export const failedEnding = (reason: Fault, partial?: PartialAnswer): Ending => ({
  kind: "failed",
  fault: reason,
  ...(partial ? { answer: { ...partial, stopReason: "error", errorMessage: reason.message } } : {}),
});

/**
 * Who fires the signal may give a fault as its reason: a time limit ends the run as failed with that fault, a restart
 * (RUN_INTERRUPTED) as interrupted. Any other reason is the person's wish to stop.
 */
export const stoppedEnding = (signal: AbortSignal, partial?: PartialAnswer): Ending => {
  const reason: unknown = signal.reason;
  if (isFault(reason) && reason.code !== "ABORTED") return failedEnding(reason, partial);
  return { kind: "aborted", ...(partial ? { answer: { ...partial, stopReason: "aborted" } } : {}) };
};

export const tooManyCalls = (maxModelCalls: number): Fault =>
  fault("RUN_LIMIT_REACHED", {
    message: `The agent took ${maxModelCalls} steps without coming to an answer and was stopped. Send a message to let it go on.`,
  });

export const declined = (): Fault => fault("MODEL_REQUEST_REFUSED", { message: "The model declined to answer this." });

/** What is written when the run ends: how, also for the runs that had joined it, and for a failure that no answer carries, why. */
export const closingEntries = (runId: string, ending: Ending, joined: Iterable<string>): readonly NewEntry[] => {
  const end = (outcome: RunEndEntry["outcome"]): readonly NewEntry[] => [
    { type: "runEnd", runId, outcome },
    ...Array.from(joined, (other): NewEntry => ({ type: "runEnd", runId: other, outcome, answeredBy: runId })),
  ];
  if (ending.kind !== "failed") return end(ending.kind);
  const interrupted = ending.fault.code === "RUN_INTERRUPTED";
  const notice: NewEntry = {
    type: "notice",
    runId,
    kind: interrupted ? "interrupted" : "error",
    content: [{ type: "text", text: ending.fault.message }],
  };
  return [...(ending.answer ? [] : [notice]), ...end(interrupted ? "interrupted" : "failed")];
};
