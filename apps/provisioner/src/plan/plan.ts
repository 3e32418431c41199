/**
 * The provisioner's whole judgement as a pure function: from what is wanted and what is seen to the one next step.
 * Every combination has an answer, every failure a reason, every wait an end.
 */

import type { InstanceRecord } from "@skykoi/control";

import type { Observation } from "../observation.ts";
import { DEFAULT_POLICY, type Policy } from "../policy.ts";
import type { Step } from "../step.ts";
import { planDegraded, planReady, planStarting, planWake } from "./after-ready.ts";
import { planBooting, planLaunching, planRequested, planVerifying } from "./before-ready.ts";
import { NONE, isFresh, isRetried, leaseEnd, waitFor, waitUntil, type Desired, type Situation } from "./situation.ts";

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
