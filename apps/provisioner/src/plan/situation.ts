/** What a plan looks at, and the questions about it that every part of the plan asks. */

import type { DesiredState, InstanceRecord, Phase } from "@skykoi/control";

import type { MachineState } from "../drivers/driver.ts";
import type { Verdict } from "../observation.ts";
import type { Policy } from "../policy.ts";
import type { Step } from "../step.ts";

export interface Desired {
  readonly desired: DesiredState;
  readonly generation: number;
}

export interface Situation {
  readonly wanted: Desired;
  readonly instance: InstanceRecord;
  readonly machine: MachineState;
  readonly health: Verdict | undefined;
  readonly now: Date;
  readonly policy: Policy;
}

export const NONE: Step = { kind: "none" };

/**
 * Until when a worker may still be inside the driver's launch or start: what does not run yet may appear. Null when
 * nobody can be. For a launch it counts from the claim, because a change of mind overwrites `nextCheckAt`.
 */
export const leaseEnd = ({ instance, machine, now, policy }: Situation): Date | null => {
  if (machine.kind === "running") return null;
  const ends: (Date | null)[] = [];
  if (instance.phase === "launching") ends.push(plus(instance.phaseSince, policy.launchLeaseMs), instance.nextCheckAt);
  if (instance.phase === "starting") ends.push(instance.nextCheckAt);
  const end = Math.max(0, ...ends.map((date) => date?.getTime() ?? 0));
  return end > now.getTime() ? new Date(end) : null;
};

/** The driver failed at this phase's work a moment ago. */
export const isRetried = (s: Situation, phase: Phase): boolean => s.instance.phase === phase && isLater(s);

/** Wanted anew since the last launch: attempts of an earlier generation do not count. */
export const isFresh = ({ wanted, instance }: Situation): boolean => wanted.generation > instance.observedGeneration;

export const isLater = ({ instance, now }: Situation): boolean =>
  instance.nextCheckAt !== null && instance.nextCheckAt > now;

export const phaseAgeMs = ({ instance, now }: Situation): number => now.getTime() - instance.phaseSince.getTime();

export const silentForMs = ({ instance, now }: Situation): number =>
  now.getTime() - Math.max(instance.phaseSince.getTime(), instance.lastHealthyAt?.getTime() ?? 0);

export const plus = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

export const waitFor = (now: Date, ms: number): Step => ({ kind: "wait", until: plus(now, ms) });

/** `until` is only null where `isLater` has ruled it out. */
export const waitUntil = (until: Date | null): Step => (until ? { kind: "wait", until } : NONE);
