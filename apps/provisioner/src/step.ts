/** Everything a pass can do with an instance; one step a pass. */

import type { PublicError } from "@skykoi/control";

import type { Machine } from "./drivers/driver.ts";

export type Step =
  /** Settled: nothing to do until something changes. */
  | { readonly kind: "none" }
  | { readonly kind: "wait"; readonly until: Date }
  /** Claim the attempt by compare-and-swap, then let the driver launch it. */
  | { readonly kind: "launch"; readonly attempt: number }
  /** A launch whose outcome was not recorded: its machine is there. */
  | { readonly kind: "mark-booting"; readonly machine: Machine }
  /** The instance has enrolled. */
  | { readonly kind: "mark-verifying" }
  /** Ask the gateway for its health, then plan again in the same pass. */
  | { readonly kind: "verify" }
  /** Also said of an instance that stays ready: it was just seen healthy. */
  | { readonly kind: "mark-ready"; readonly version: string; readonly attempt: number }
  /** One unanswered check is not yet an outage. */
  | { readonly kind: "mark-missed"; readonly reason: PublicError }
  /** `answered`: the gateway itself says what is wrong. */
  | {
      readonly kind: "mark-degraded";
      readonly reason: PublicError;
      readonly answered: boolean;
      readonly lookAgainMs: number;
    }
  /** The machine is known and moved: another process, another port. */
  | { readonly kind: "mark-address"; readonly machine: Machine }
  /** Run a known machine again; with `stopFirst` one that runs and does not answer. */
  | {
      readonly kind: "restart";
      readonly attempt: number;
      readonly stopFirst: boolean;
      readonly reason: PublicError | null;
    }
  /** This attempt is over: stop what is left of it and launch again after `delayMs`. */
  | { readonly kind: "retry-launch"; readonly reason: PublicError; readonly delayMs: number }
  /** Stop what runs although nothing should, without a change of phase. */
  | { readonly kind: "clear" }
  | { readonly kind: "stop" }
  | { readonly kind: "mark-stopped" }
  | { readonly kind: "terminate" }
  | { readonly kind: "mark-terminated" }
  | { readonly kind: "fail"; readonly reason: PublicError };
