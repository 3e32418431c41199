/**
 * The provisioner's whole judgement as a pure function: from what is wanted and what is seen to the one next step.
 * Every combination has an answer, every failure a reason, every wait an end.
 */

import type { DesiredState, InstanceRecord, Phase, PublicError } from "@skykoi/control";

import type { ExitReport, MachineState } from "./drivers/driver.ts";
import { launchIdOf } from "./launch-id.ts";
import type { Observation, Verdict } from "./observation.ts";
import { DEFAULT_POLICY, backoffMs, pollDelayMs, type Policy } from "./policy.ts";
import {
  bootTimedOut,
  endedAtBoot,
  gaveUp,
  hung,
  startTimedOut,
  vanished,
  vanishedAtBoot,
  verifyTimedOut,
} from "./reasons.ts";
import type { Step } from "./step.ts";

export interface Desired {
  readonly desired: DesiredState;
  readonly generation: number;
}

interface Situation {
  readonly wanted: Desired;
  readonly instance: InstanceRecord;
  readonly machine: MachineState;
  readonly health: Verdict | undefined;
  readonly now: Date;
  readonly policy: Policy;
}

type Running = Extract<MachineState, { kind: "running" }>;

const NONE: Step = { kind: "none" };
const VERIFY: Step = { kind: "verify" };

export const plan = (
  wanted: Desired,
  instance: InstanceRecord,
  observed: Observation,
  now: Date,
  policy: Policy = DEFAULT_POLICY,
): Step => {
  if (instance.phase === "terminated") return NONE;
  const { machine, health } = observed;
  if (machine.kind === "unknown") return waitFor(now, policy.unknownRetryMs);
  const situation: Situation = { wanted, instance, machine, health, now, policy };
  switch (wanted.desired) {
    case "terminated":
      return planTerminated(situation);
    case "stopped":
      return instance.phase === "terminating" ? planTerminated(situation) : planStopped(situation);
    case "running":
      return planRunning(situation);
    default:
      return wanted.desired satisfies never;
  }
};

const planTerminated = (s: Situation): Step => {
  const lease = leaseEnd(s);
  if (lease) return waitUntil(lease);
  if (isRetried(s, "terminating")) return waitUntil(s.instance.nextCheckAt);
  return s.machine.kind === "absent" ? { kind: "mark-terminated" } : { kind: "terminate" };
};

const planStopped = (s: Situation): Step => {
  const lease = leaseEnd(s);
  if (lease) return waitUntil(lease);
  if (isRetried(s, "stopping")) return waitUntil(s.instance.nextCheckAt);
  if (s.machine.kind === "running") return { kind: "stop" };
  return s.instance.phase === "stopped" && !isFresh(s) ? NONE : { kind: "mark-stopped" };
};

const planRunning = (s: Situation): Step => {
  switch (s.instance.phase) {
    case "requested":
      return planRequested(s);
    case "launching":
      return planLaunching(s);
    case "booting":
    case "enrolling":
      return planBooting(s);
    case "verifying":
      return planVerifying(s);
    case "ready":
      return planReady(s);
    case "degraded":
      return planDegraded(s);
    case "starting":
      return planStarting(s);
    case "stopping":
    case "stopped":
      return planWake(s);
    case "failed":
      return isFresh(s) ? planRequested(s) : s.machine.kind === "running" ? { kind: "clear" } : NONE;
    case "terminating":
      return planTerminated(s);
    case "terminated":
      return NONE;
    default:
      return s.instance.phase satisfies never;
  }
};

const planRequested = (s: Situation): Step => {
  if (s.machine.kind === "running") return { kind: "clear" };
  const attempts = isFresh(s) ? 0 : s.instance.attempt;
  if (attempts >= s.policy.maxAttempts) return { kind: "fail", reason: gaveUp(attempts, s.instance.lastError) };
  if (!isFresh(s) && isLater(s)) return waitUntil(s.instance.nextCheckAt);
  return { kind: "launch", attempt: attempts + 1 };
};

/** Somebody claimed the attempt; whether the driver has launched it is seen at the machine, not in the record. */
const planLaunching = (s: Situation): Step => {
  const { machine, instance } = s;
  if (machine.kind === "running") {
    const isForeign = machine.launchId !== null && machine.launchId !== launchIdOf(instance);
    return isForeign ? { kind: "clear" } : { kind: "mark-booting", machine };
  }
  if (machine.kind === "stopped" && machine.launchId === launchIdOf(instance)) return afterExit(s, machine.exit);
  const lease = leaseEnd(s);
  return lease ? waitUntil(lease) : { kind: "launch", attempt: Math.max(1, instance.attempt) };
};

const planBooting = (s: Situation): Step => {
  const { machine, instance, policy } = s;
  if (machine.kind === "absent") return afterFailedLaunch(s, vanishedAtBoot(), "later");
  if (machine.kind === "stopped") return afterExit(s, machine.exit);
  if (instance.enrolledAt) return { kind: "mark-verifying" };
  const deadline = plus(instance.phaseSince, policy.bootLimitMs);
  return s.now >= deadline ? afterFailedLaunch(s, bootTimedOut(policy), "later") : waitUntil(deadline);
};

const planVerifying = (s: Situation): Step => {
  const { machine, health, policy } = s;
  if (machine.kind === "absent") return afterFailedLaunch(s, vanishedAtBoot(), "later");
  if (machine.kind === "stopped") return afterExit(s, machine.exit);
  if (hasMoved(s, machine)) return { kind: "mark-address", machine };
  if (!health) return isLater(s) ? waitUntil(s.instance.nextCheckAt) : VERIFY;
  switch (health.kind) {
    case "ok":
      return { kind: "mark-ready", version: health.version, attempt: s.instance.attempt };
    case "complaining":
      return complaining(s, health.reason);
    case "silent":
      return phaseAgeMs(s) >= policy.verifyLimitMs
        ? afterFailedLaunch(s, verifyTimedOut(policy, health.reason), "later")
        : waitFor(s.now, pollDelayMs(phaseAgeMs(s)));
    default:
      return health satisfies never;
  }
};

const planReady = (s: Situation): Step => {
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

const planDegraded = (s: Situation): Step => {
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

const planStarting = (s: Situation): Step => {
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
const planWake = (s: Situation): Step => {
  if (s.machine.kind !== "absent") {
    return { kind: "restart", attempt: s.instance.attempt, stopFirst: false, reason: null };
  }
  return s.instance.externalId === null ? planRequested(s) : { kind: "fail", reason: vanished() };
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

const complaining = ({ policy }: Situation, reason: PublicError): Step => ({
  kind: "mark-degraded",
  reason,
  answered: true,
  lookAgainMs: policy.healthIntervalMs,
});

const silent = (reason: PublicError, lookAgainMs: number): Step => ({
  kind: "mark-degraded",
  reason,
  answered: false,
  lookAgainMs,
});

/** Wanted anew since the last launch: attempts of an earlier generation do not count. */
const isFresh = ({ wanted, instance }: Situation): boolean => wanted.generation > instance.observedGeneration;

/**
 * Until when a worker may still be inside the driver's launch or start: what does not run yet may appear. Null when
 * nobody can be. For a launch it counts from the claim, because a change of mind overwrites `nextCheckAt`.
 */
const leaseEnd = ({ instance, machine, now, policy }: Situation): Date | null => {
  if (machine.kind === "running") return null;
  const ends: (Date | null)[] = [];
  if (instance.phase === "launching") ends.push(plus(instance.phaseSince, policy.launchLeaseMs), instance.nextCheckAt);
  if (instance.phase === "starting") ends.push(instance.nextCheckAt);
  const end = Math.max(0, ...ends.map((date) => date?.getTime() ?? 0));
  return end > now.getTime() ? new Date(end) : null;
};

/** The driver failed at this phase's work a moment ago. */
const isRetried = (s: Situation, phase: Phase): boolean => s.instance.phase === phase && isLater(s);

const isLater = ({ instance, now }: Situation): boolean => instance.nextCheckAt !== null && instance.nextCheckAt > now;

const hasMoved = ({ instance }: Situation, machine: Running): boolean =>
  machine.externalId !== instance.externalId ||
  (machine.gatewayUrl !== null && machine.gatewayUrl !== instance.gatewayUrl);

const phaseAgeMs = ({ instance, now }: Situation): number => now.getTime() - instance.phaseSince.getTime();

const silentForMs = ({ instance, now }: Situation): number =>
  now.getTime() - Math.max(instance.phaseSince.getTime(), instance.lastHealthyAt?.getTime() ?? 0);

const plus = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

const waitFor = (now: Date, ms: number): Step => ({ kind: "wait", until: plus(now, ms) });

/** `until` is only null where `isLater` has ruled it out. */
const waitUntil = (until: Date | null): Step => (until ? { kind: "wait", until } : NONE);
