/** What every step shares: the ports of a pass, the record as it was read, and how the result is written. */

import type { AgentRecord, EnrolmentService, FleetService, InstanceRecord } from "@skykoi/control";
import { isFault, toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { Driver, ExitReport, MachineRef } from "./drivers/driver.ts";
import type { HealthCheck } from "./health-check.ts";
import type { Policy } from "./policy.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { Transition } from "./transition.ts";

export interface PassContext {
  readonly fleet: FleetService;
  readonly enrolment: EnrolmentService;
  readonly driver: Driver;
  readonly health: HealthCheck;
  readonly policy: Policy;
  readonly now: () => Date;
  /** From 0 to 1; spreads retries. */
  readonly random: () => number;
  readonly log: Logger;
}

export interface Look {
  readonly agent: AgentRecord;
  readonly instance: InstanceRecord;
  readonly ref: MachineRef;
}

/** How a pass ends: with progress, so that the next one follows at once, or at rest until a time or a change. */
export type Outcome = { readonly again: true } | { readonly again: false; readonly until: Date | null };

export const AGAIN: Outcome = { again: true };

export const rest = (until: Date | null): Outcome => ({ again: false, until });

/** Undefined when somebody else was faster: read again. */
export const save = (
  { fleet }: PassContext,
  instance: InstanceRecord,
  { patch, events }: Transition,
): Promise<InstanceRecord | undefined> => fleet.record(instance, withoutUnchanged(patch, instance), events);

/** What is written wakes whoever watches the instance: only what is news may be in it. */
const withoutUnchanged = (patch: Transition["patch"], instance: InstanceRecord): Transition["patch"] => {
  const before = new Map<string, unknown>(Object.entries(instance));
  return Object.fromEntries(
    Object.entries(patch).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key))),
  );
};

/** No driver call may take longer, whatever the driver promises. Below the launch lease of the policy. */
const DRIVER_CALL_LIMIT_MS = 20_000;

export const callDriver = <T>(call: Promise<T>, what: string): Promise<T> =>
  withTimeLimit(call, DRIVER_CALL_LIMIT_MS, what);

/** Between half and the whole of `ms`. */
export const jittered = ({ random }: PassContext, ms: number): number => Math.round(ms * (0.5 + random() / 2));

/** A fault says itself whether trying again makes sense; anything unexpected is tried again, a bounded number of times. */
export const retryOf = (thrown: unknown): ExitReport["retry"] =>
  isFault(thrown) && !thrown.retryable && toFault(thrown).code !== "CONFLICT" ? "never" : "later";
