/** Whether an agent can be talked to now, and if not, why, in words for the person who wants to. */

import { fault } from "@skykoi/fault";

import type { AgentRecord, Phase } from "../port.ts";

/** Throws AGENT_NOT_READY. */
export const requireReachable = ({ desired, instance }: AgentRecord): void => {
  const refusal = desired === "terminated" ? DELETED : REFUSALS[instance.phase];
  if (refusal) throw fault("AGENT_NOT_READY", refusal);
};

interface Refusal {
  readonly message: string;
  readonly retryable: boolean;
}

const STARTING: Refusal = { message: "The agent is still starting. It will answer in a moment.", retryable: true };
const STOPPED: Refusal = { message: "The agent is stopped.", retryable: true };
const DELETED: Refusal = { message: "This agent is being deleted.", retryable: false };
const FAILED: Refusal = { message: "The agent could not be started. Try again from its page.", retryable: false };

/** A degraded agent may answer again any moment, so it is tried. */
const REFUSALS: Readonly<Record<Phase, Refusal | undefined>> = {
  requested: STARTING,
  launching: STARTING,
  booting: STARTING,
  enrolling: STARTING,
  verifying: STARTING,
  starting: STARTING,
  ready: undefined,
  degraded: undefined,
  stopping: STOPPED,
  stopped: STOPPED,
  terminating: DELETED,
  terminated: DELETED,
  failed: FAILED,
};
