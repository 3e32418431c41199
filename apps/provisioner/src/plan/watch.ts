/** What follows from the health of a machine that runs: the same in every phase, but for how long silence is borne. */

import type { PublicError } from "@skykoi/control";

import type { MachineState } from "../drivers/driver.ts";
import type { Step } from "../step.ts";
import { isLater, waitUntil, type Situation } from "./situation.ts";

type Running = Extract<MachineState, { kind: "running" }>;

export interface WatchRules {
  /** Of the phase: what to do when the gateway does not answer. */
  readonly whenSilent: (reason: PublicError) => Step;
  /** Attempts that count from now on when it answers. Default: as before. */
  readonly attempt?: number;
}

export const watch = (s: Situation, machine: Running, { whenSilent, attempt }: WatchRules): Step => {
  const { health, instance, policy } = s;
  if (hasMoved(s, machine)) return { kind: "mark-address", machine };
  if (!health) return isLater(s) ? waitUntil(instance.nextCheckAt) : { kind: "verify" };
  switch (health.kind) {
    case "ok":
      return { kind: "mark-ready", version: health.version, attempt: attempt ?? instance.attempt };
    case "complaining":
      return { kind: "mark-degraded", reason: health.reason, answered: true, lookAgainMs: policy.healthIntervalMs };
    case "silent":
      return whenSilent(health.reason);
    default:
      return health satisfies never;
  }
};

const hasMoved = ({ instance }: Situation, machine: Running): boolean =>
  machine.externalId !== instance.externalId ||
  (machine.gatewayUrl !== null && machine.gatewayUrl !== instance.gatewayUrl);
