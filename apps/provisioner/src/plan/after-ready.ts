/** The plan of an instance that has been ready: watch it, bring it back, wake it. */

import type { PublicError } from "@skykoi/control";

import type { ExitReport } from "../drivers/driver.ts";
import { backoffMs, pollDelayMs } from "../policy.ts";
import { gaveUp, hung, startTimedOut, vanished } from "../reasons.ts";
import type { Step } from "../step.ts";
import { planRequested } from "./before-ready.ts";
import { isLater, leaseEnd, phaseAgeMs, silentForMs, waitFor, waitUntil, type Situation } from "./situation.ts";
import { watch } from "./watch.ts";

export const planReady = (s: Situation): Step => {
  const { machine, instance, policy } = s;
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") return afterStop(s, machine.exit);
  return watch(s, machine, {
    attempt: phaseAgeMs(s) >= policy.stableAfterMs ? 0 : instance.attempt,
    whenSilent: (reason) =>
      instance.lastError ? silent(reason, policy.healthIntervalMs) : { kind: "mark-missed", reason },
  });
};

export const planDegraded = (s: Situation): Step => {
  const { machine, instance, policy } = s;
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") {
    if (machine.exit?.retry === "never") return { kind: "fail", reason: machine.exit.reason };
    return isLater(s) ? waitUntil(instance.nextCheckAt) : restart(s, machine.exit?.reason ?? null, false);
  }
  return watch(s, machine, {
    whenSilent: () =>
      silentForMs(s) >= policy.hungLimitMs ? restart(s, hung(policy), true) : waitFor(s.now, policy.healthIntervalMs),
  });
};

export const planStarting = (s: Situation): Step => {
  const { machine, policy } = s;
  const lease = leaseEnd(s);
  if (lease) return waitUntil(lease);
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") return afterStop(s, machine.exit);
  return watch(s, machine, {
    whenSilent: (reason) =>
      phaseAgeMs(s) >= policy.startLimitMs
        ? restart(s, startTimedOut(policy, reason), true)
        : waitFor(s.now, pollDelayMs(phaseAgeMs(s))),
  });
};

/** Stopped before and wanted again. What was never launched has no disk to lose. */
export const planWake = (s: Situation): Step => {
  if (s.machine.kind !== "absent") {
    return { kind: "restart", attempt: s.instance.attempt, stopFirst: false, reason: null };
  }
  return s.instance.externalId === null ? planRequested(s) : { kind: "fail", reason: vanished() };
};

/** A machine that was working has ended: an outage, except when it was stopped on request with its platform. */
const afterStop = (s: Situation, exit: ExitReport | null): Step => {
  if (!exit) {
    return s.instance.phase === "starting"
      ? restart(s, null, false)
      : { kind: "restart", attempt: s.instance.attempt, stopFirst: false, reason: null };
  }
  if (exit.retry === "never") return { kind: "fail", reason: exit.reason };
  const { attempt } = s.instance;
  const lookAgainMs = attempt <= 1 || exit.retry === "now" ? 0 : backoffMs(attempt - 1, s.policy);
  return silent(exit.reason, lookAgainMs);
};

const restart = ({ instance, policy }: Situation, reason: PublicError | null, stopFirst: boolean): Step =>
  instance.attempt >= policy.maxAttempts
    ? { kind: "fail", reason: gaveUp(instance.attempt, reason ?? instance.lastError) }
    : { kind: "restart", attempt: instance.attempt + 1, stopFirst, reason };

const silent = (reason: PublicError, lookAgainMs: number): Step => ({
  kind: "mark-degraded",
  reason,
  answered: false,
  lookAgainMs,
});
