/** The plan until an instance is ready for the first time: launch, boot, enrol, answer; or another attempt. */

import type { PublicError } from "@skykoi/control";

import type { ExitReport } from "../drivers/driver.ts";
import { launchIdOf } from "../launch-id.ts";
import { backoffMs, pollDelayMs } from "../policy.ts";
import { bootTimedOut, endedAtBoot, gaveUp, vanishedAtBoot, verifyTimedOut } from "../reasons.ts";
import type { Step } from "../step.ts";
import { isFresh, isLater, leaseEnd, phaseAgeMs, plus, waitFor, waitUntil, type Situation } from "./situation.ts";
import { watch } from "./watch.ts";

export const planRequested = (s: Situation): Step => {
  if (s.machine.kind === "running") return { kind: "clear" };
  const attempts = isFresh(s) ? 0 : s.instance.attempt;
  if (attempts >= s.policy.maxAttempts) return { kind: "fail", reason: gaveUp(attempts, s.instance.lastError) };
  if (!isFresh(s) && isLater(s)) return waitUntil(s.instance.nextCheckAt);
  return { kind: "launch", attempt: attempts + 1 };
};

/** Somebody claimed the attempt; whether the driver has launched it is seen at the machine, not in the record. */
export const planLaunching = (s: Situation): Step => {
  const { machine, instance } = s;
  if (machine.kind === "running") {
    const isForeign = machine.launchId !== null && machine.launchId !== launchIdOf(instance);
    return isForeign ? { kind: "clear" } : { kind: "mark-booting", machine };
  }
  if (machine.kind === "stopped" && machine.launchId === launchIdOf(instance)) return afterExit(s, machine.exit);
  const lease = leaseEnd(s);
  return lease ? waitUntil(lease) : { kind: "launch", attempt: Math.max(1, instance.attempt) };
};

export const planBooting = (s: Situation): Step => {
  const { machine, instance, policy } = s;
  if (machine.kind === "absent") return afterFailedLaunch(s, vanishedAtBoot(), "later");
  if (machine.kind === "stopped") return afterExit(s, machine.exit);
  if (instance.enrolledAt) return { kind: "mark-verifying" };
  const deadline = plus(instance.phaseSince, policy.bootLimitMs);
  return s.now >= deadline ? afterFailedLaunch(s, bootTimedOut(policy), "later") : waitUntil(deadline);
};

export const planVerifying = (s: Situation): Step => {
  const { machine, policy } = s;
  if (machine.kind === "absent") return afterFailedLaunch(s, vanishedAtBoot(), "later");
  if (machine.kind === "stopped") return afterExit(s, machine.exit);
  return watch(s, machine, {
    whenSilent: (reason) =>
      phaseAgeMs(s) >= policy.verifyLimitMs
        ? afterFailedLaunch(s, verifyTimedOut(policy, reason), "later")
        : waitFor(s.now, pollDelayMs(phaseAgeMs(s))),
  });
};

const afterExit = (s: Situation, exit: ExitReport | null): Step =>
  afterFailedLaunch(s, exit?.reason ?? endedAtBoot(), exit?.retry ?? "later");

/** What follows when attempt `instance.attempt` did not lead to a ready instance. */
export const afterFailedLaunch = (
  { instance, policy }: Pick<Situation, "instance" | "policy">,
  reason: PublicError,
  retry: ExitReport["retry"],
): Extract<Step, { kind: "fail" | "retry-launch" }> => {
  if (retry === "never") return { kind: "fail", reason };
  if (instance.attempt >= policy.maxAttempts) return { kind: "fail", reason: gaveUp(instance.attempt, reason) };
  return { kind: "retry-launch", reason, delayMs: retry === "now" ? 0 : backoffMs(instance.attempt, policy) };
};
