/** The port to whatever runs instances: local processes, a simulation, a cloud. All pass `contract.ts`. */

import type { PublicError } from "@skykoi/control";

/** Names an instance. `externalId` is the driver's own id when it is already known. */
export interface MachineRef {
  readonly instanceId: string;
  readonly externalId: string | null;
}

/** Where an instance lives; saved with its enrolment and read by the config generator. */
export type Placement = Readonly<Record<string, unknown>>;

export interface LaunchRequest {
  readonly instanceId: string;
  /** A launch is idempotent by instance and launch id. */
  readonly launchId: string;
  readonly enrolmentToken: string;
  readonly placement: Placement;
}

export interface Machine {
  readonly externalId: string;
  /** Null when only the instance itself can tell. */
  readonly gatewayUrl: string | null;
}

/** How a machine ended by itself. */
export interface ExitReport {
  /** Safe to show: what happened and what helps. */
  readonly reason: PublicError;
  /** Whether another attempt makes sense, and when. */
  readonly retry: "now" | "later" | "never";
}

export type MachineState =
  /** There is no machine and no data of one. */
  | { readonly kind: "absent" }
  /** `launchId` is the launch that made it; null when the driver cannot tell. */
  | (Machine & { readonly kind: "running"; readonly launchId: string | null })
  /** Not running, its disk is kept. `exit` is null when it was stopped on request. */
  | {
      readonly kind: "stopped";
      readonly externalId: string;
      readonly launchId: string | null;
      readonly exit: ExitReport | null;
    };

export interface ListedMachine {
  readonly instanceId: string;
  readonly externalId: string;
  readonly running: boolean;
}

/** Every verb is idempotent and may throw a Fault whose `retryable` says whether trying again makes sense. */
export interface Driver {
  readonly name: string;
  /** Chooses where the next launch of the instance will live; keeps what it had where possible. */
  place(instanceId: string): Promise<Placement>;
  /** The same launch twice is one machine. Throws CONFLICT while a machine of another launch runs. */
  launch(request: LaunchRequest): Promise<Machine>;
  observe(ref: MachineRef): Promise<MachineState>;
  /** Runs a launched machine again, with its disk and without an enrolment. One that runs is left alone. */
  start(ref: MachineRef): Promise<Machine>;
  /** Resolves when nothing of the machine runs any more; the disk is kept. */
  stop(ref: MachineRef): Promise<void>;
  /** Stops the machine and removes its disk. */
  terminate(ref: MachineRef): Promise<void>;
  list(): Promise<ListedMachine[]>;
  /** Hints that a machine ended by itself; an observation alone must show it too. */
  onExit(listener: (instanceId: string) => void): () => void;
  /** Ends what the driver holds; machines that live inside this process's reach are stopped. */
  close(): Promise<void>;
}
