/** Why an instance is not what it should be, in sentences that name a remedy and are safe to show. */

import type { PublicError } from "@skykoi/control";
import { isFault, toFault, type FaultCode } from "@skykoi/fault";

import type { Policy } from "./policy.ts";

const reason = (code: FaultCode, message: string): PublicError => ({ code, message });

/** What others said may end without a full stop: a path, a quoted word. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

export const bootTimedOut = ({ bootLimitMs }: Policy): PublicError =>
  reason(
    "LAUNCH_FAILED",
    `The instance was started but did not report back within ${seconds(bootLimitMs)}. Retry; if it happens again, its log says why.`,
  );

export const verifyTimedOut = ({ verifyLimitMs }: Policy, last: PublicError): PublicError =>
  reason("LAUNCH_FAILED", `The gateway did not answer within ${seconds(verifyLimitMs)}: ${last.message}`);

export const startTimedOut = ({ startLimitMs }: Policy, last: PublicError): PublicError =>
  reason("AGENT_UNREACHABLE", `The gateway did not come back within ${seconds(startLimitMs)}: ${last.message}`);

export const vanishedAtBoot = (): PublicError =>
  reason("LAUNCH_FAILED", "The instance was gone before it had reported back.");

export const vanished = (): PublicError =>
  reason(
    "AGENT_UNREACHABLE",
    "The instance and its disk are gone. Put its data back, or retry to start with an empty one.",
  );

export const endedAtBoot = (): PublicError =>
  reason("LAUNCH_FAILED", "The instance was stopped before it had reported back.");

export const hung = ({ hungLimitMs }: Policy): PublicError =>
  reason("AGENT_UNREACHABLE", `The gateway runs but has not answered for ${seconds(hungLimitMs)}. It is restarted.`);

export const gaveUp = (attempts: number, last: PublicError | null): PublicError =>
  reason(
    "LAUNCH_FAILED",
    `Given up after ${attempts} attempts. ${sentence(last?.message ?? "The instance could not be started")} Retry when the cause is removed.`,
  );

export const notEnrolled = (): PublicError =>
  reason("AGENT_UNREACHABLE", "The instance has not reported its address yet.");

/** What the gateway says of itself. */
export const complaint = (reasons: readonly string[]): PublicError =>
  reason("UNAVAILABLE", reasons.join(" ") || "The gateway says that it is not well, without a reason.");

/** What a thrown value means to the owner of the agent; an unexpected one stays in the log. */
export const fromThrown = (thrown: unknown): PublicError => {
  if (isFault(thrown)) return { code: thrown.code, message: thrown.message };
  const { code } = toFault(thrown);
  return code === "INTERNAL"
    ? reason("LAUNCH_FAILED", "The instance could not be started. The platform's log has the details.")
    : { code, message: toFault(thrown).message };
};
