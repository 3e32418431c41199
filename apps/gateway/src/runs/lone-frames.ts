/** The few events of a message that had no run of its own: it waited, joined another run, ended with it or without it. */

import { NO_USAGE } from "@skykoi/model";
import type { ChatEvent } from "@skykoi/protocol";

import { toAssistantMessage } from "../sessions/chat-message.ts";
import type { RunEnd } from "./frame-mapper.ts";
import type { Run } from "./run.ts";

/** Ends that need no answer. */
export type UnansweredEnd = Exclude<RunEnd, { readonly outcome: "completed" }>;

const identity = (run: Run) => ({
  runId: run.id,
  sessionKey: run.laneKey,
  agentId: run.session.address.agentId,
  seq: run.nextSeq(),
});

export const queuedFrame = (run: Run): ChatEvent => ({ ...identity(run), state: "status", phase: "queued" });

export const joinedFrame = (run: Run, into: Run): ChatEvent => ({
  ...identity(run),
  state: "status",
  phase: "joined",
  answeredBy: into.id,
});

/** The end as it concerns a run that had joined another: the same answer, whose cost is counted there. */
export const endOfJoined = (end: RunEnd): RunEnd =>
  end.outcome === "completed" ? { ...end, usage: NO_USAGE, costUsd: 0 } : end;

export const endFrame = (run: Run, end: RunEnd, answeredBy?: string): ChatEvent =>
  endPayload(identity(run), end, answeredBy);

export const endPayload = (
  identityOfRun: ReturnType<typeof identity>,
  end: RunEnd,
  answeredBy: string | undefined,
): ChatEvent => {
  const base = { ...identityOfRun, ...(answeredBy !== undefined && { answeredBy }) };
  switch (end.outcome) {
    case "completed": {
      const message = toAssistantMessage(end.message);
      const { usage, costUsd } = end;
      return { ...base, state: "final", message, stopReason: message.stopReason, usage, costUsd };
    }
    case "aborted":
      return { ...base, state: "aborted", ...(end.message && { message: toAssistantMessage(end.message) }) };
    default:
      return { ...base, state: "error", errorMessage: end.message, errorKind: end.code };
  }
};
