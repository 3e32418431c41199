/** The plan of an instance that has been ready: watch it, bring it back, wake it. */

import type { PublicError } from "@skykoi/control";

import type { ExitReport } from "../drivers/driver.ts";
import { backoffMs, pollDelayMs } from "../policy.ts";
import { gaveUp, hung, startTimedOut, vanished } from "../reasons.ts";
import type { Step } from "../step.ts";
import { planRequested } from "./before-ready.ts";
import {
  VERIFY,
  complaining,
  hasMoved,
  isLater,
  leaseEnd,
  phaseAgeMs,
  silentForMs,
  waitFor,
  waitUntil,
  type Situation,
} from "./situation.ts";

export const planReady = (s: Situation): Step => {
  const { machine, health, instance, policy } = s;
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") return afterStop(s, machine.exit);
  if (hasMoved(s, machine)) return { kind: "mark-address", machine };
  if (!health) return isLater(s) ? waitUntil(instance.nextCheckAt) : VERIFY;
  switch (health.kind) {
    case "ok": {
      const attempt = phaseAgeMs(s) >= policy.stableAfterMs ? 0 : instance.attempt;
      return { kind: "mark-ready", version: health.version, attempt };
    }
    case "complaining":
      return complaining(s, health.reason);
    case "silent":
      return instance.lastError
        ? silent(health.reason, policy.healthIntervalMs)
        : { kind: "mark-missed", reason: health.reason };
    default:
      return health satisfies never;
  }
};

export const planDegraded = (s: Situation): Step => {
  const { machine, health, instance, policy } = s;
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") {
    if (machine.exit?.retry === "never") return { kind: "fail", reason: machine.exit.reason };
    return isLater(s) ? waitUntil(instance.nextCheckAt) : restart(s, machine.exit?.reason ?? null, false);
  }
  if (hasMoved(s, machine)) return { kind: "mark-address", machine };
  if (!health) return isLater(s) ? waitUntil(instance.nextCheckAt) : VERIFY;
  switch (health.kind) {
    case "ok":
      return { kind: "mark-ready", version: health.version, attempt: instance.attempt };
    case "complaining":
      return complaining(s, health.reason);
    case "silent":
      return silentForMs(s) >= policy.hungLimitMs
        ? restart(s, hung(policy), true)
        : waitFor(s.now, policy.healthIntervalMs);
    default:
      return health satisfies never;
  }
};

export const planStarting = (s: Situation): Step => {
  const { machine, health, instance, policy } = s;
  const lease = leaseEnd(s);
  if (lease) return waitUntil(lease);
  if (machine.kind === "absent") return { kind: "fail", reason: vanished() };
  if (machine.kind === "stopped") return afterStop(s, machine.exit);
  if (hasMoved(s, machine)) return { kind: "mark-address", machine };
  if (!health) return isLater(s) ? waitUntil(instance.nextCheckAt) : VERIFY;
  switch (health.kind) {
    case "ok":
      return { kind: "mark-ready", version: health.version, attempt: instance.attempt };
    case "complaining":
      return complaining(s, health.reason);
    case "silent":
      return phaseAgeMs(s) >= policy.startLimitMs
        ? restart(s, startTimedOut(policy, health.reason), true)
        : waitFor(s.now, pollDelayMs(phaseAgeMs(s)));
    default:
      return health satisfies never;
  }
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
