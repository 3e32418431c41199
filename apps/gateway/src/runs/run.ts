/** One accepted message on its way to an answer. */

import type { MessageOrigin, RunOverrides } from "@skykoi/agent";

import type { LaneJob, QueueMode } from "../lanes/lane.ts";
import type { Session, SessionLease } from "../sessions/session-store.ts";

export interface Run extends LaneJob {
  /** The run id, chosen by the client as its idempotency key. */
  readonly id: string;
  /** The full session key. */
  readonly laneKey: string;
  /** How it waits when the session is busy. */
  readonly mode: QueueMode;
  readonly session: Session;
  /** Keeps the session open until the run has ended. */
  readonly lease: SessionLease;
  readonly text: string;
  readonly acceptedAt: number;
  /** undefined: a person at a client. */
  readonly origin: MessageOrigin | undefined;
  readonly overrides: RunOverrides;
  /** Numbers the events of this run from 1. */
  readonly nextSeq: () => number;
}

/** At a client, or on a channel. */
export const isFromPerson = (origin: MessageOrigin | undefined): boolean =>
  origin === undefined || origin.kind === "channel";

/** `lastSeq`: events of the run that were told in an earlier life. */
export const createRun = ({ lastSeq = 0, ...run }: Omit<Run, "laneKey" | "nextSeq"> & { lastSeq?: number }): Run => {
  return { ...run, laneKey: run.session.address.key, nextSeq: () => ++lastSeq };
};
