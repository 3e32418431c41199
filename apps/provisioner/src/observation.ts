/** What one pass sees of an instance: its machine through the driver, and its gateway through a health check. */

import type { PublicError } from "@skykoi/control";

import type { MachineState } from "./drivers/driver.ts";

export interface Observation {
  readonly machine: MachineState | { readonly kind: "unknown"; readonly reason: PublicError };
  /** Undefined until the plan asks for a check. */
  readonly health?: Verdict;
}

/** The answer to one health check. */
export type Verdict =
  | { readonly kind: "ok"; readonly version: string }
  /** It answers, and says itself that something is wrong. */
  | { readonly kind: "complaining"; readonly version: string; readonly reason: PublicError }
  | { readonly kind: "silent"; readonly reason: PublicError };
