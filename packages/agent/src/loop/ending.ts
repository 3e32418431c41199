/** How a run ends, and what that means for its transcript. */

import { fault, isFault, type Fault } from "@skykoi/fault";

import type { AssistantEntry, NewEntry, RunEndEntry, StopReason } from "../port.ts";

export type Ending =
  | { readonly kind: "completed"; readonly message: AssistantEntry }
  | { readonly kind: "aborted"; readonly message?: AssistantEntry }
  /** `shown`: the partial answer in the transcript already carries the failure. */
  | { readonly kind: "failed"; readonly fault: Fault; readonly shown: boolean };

/**
 * Who fires the signal may give a fault as its reason: a time limit ends the run as failed with that fault, a restart
 * (RUN_INTERRUPTED) as interrupted. Any other reason is the person's wish to stop.
 */
export const stopFault = (signal: AbortSignal): Fault | undefined => {
  const reason: unknown = signal.reason;
  return isFault(reason) && reason.code !== "ABORTED" ? reason : undefined;
};

export const endingOfStop = (signal: AbortSignal, message?: AssistantEntry): Ending => {
  const reason = stopFault(signal);
  if (reason) return { kind: "failed", fault: reason, shown: message !== undefined };
  return { kind: "aborted", ...(message ? { message } : {}) };
};

/** How the entry of a broken answer is marked. */
export const brokenOff = (reason: Fault | undefined): { stopReason: StopReason; errorMessage?: string } =>
  reason ? { stopReason: "error", errorMessage: reason.message } : { stopReason: "aborted" };

export const tooManyCalls = (maxModelCalls: number): Fault =>
  fault("TIMEOUT", {
    message: `The agent took ${maxModelCalls} steps without coming to an answer and was stopped. Send a message to let it go on.`,
  });

export const declined = (): Fault => fault("MODEL_REQUEST_REFUSED", { message: "The model declined to answer this." });

/** What is written when the run ends: how, and for a failure nobody would see otherwise, why. */
export const closingEntries = (runId: string, ending: Ending): readonly NewEntry[] => {
  const end = (outcome: RunEndEntry["outcome"]): NewEntry => ({ type: "runEnd", runId, outcome });
  if (ending.kind !== "failed") return [end(ending.kind)];
  const interrupted = ending.fault.code === "RUN_INTERRUPTED";
  const notice: NewEntry = {
    type: "notice",
    runId,
    kind: interrupted ? "interrupted" : "error",
    content: [{ type: "text", text: ending.fault.message }],
  };
  return [...(ending.shown ? [] : [notice]), end(interrupted ? "interrupted" : "failed")];
};
