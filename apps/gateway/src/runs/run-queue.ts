/** Brings runs into their lanes, says so to the clients, and knows which run ids are in use. */

import type { EventHub } from "../events/event-hub.ts";
import type { Lanes } from "../lanes/lanes.ts";
import { endFrame, queuedFrame, type UnansweredEnd } from "./lone-frames.ts";
import type { RunEnds } from "./run-ends.ts";
import type { Run } from "./run.ts";

export interface RunQueue {
  /** `take` puts the run into its lane; a run that does not start at once is announced as queued. */
  enter(run: Run, take: (run: Run) => void): void;
  /** The session in which this run waits or works. */
  sessionOf(runId: string): string | undefined;
  /** A run that waited will not run; `end` is how, and is already on disk. */
  drop(run: Run, end: UnansweredEnd): void;
  /** A run is over. */
  readonly forget: (run: Run) => void;
}

export const createRunQueue = (lanes: Lanes<Run>, hub: EventHub, ends: RunEnds): RunQueue => {
  /** Session keys by run id. */
  const inUse = new Map<string, string>();

  return {
    enter: (run, take) => {
      inUse.set(run.id, run.laneKey);
      take(run);
      const isNoticed = run.origin?.kind !== "heartbeat";
      if (isNoticed && lanes.running(run.laneKey) !== run) hub.publish("chat", run.laneKey, queuedFrame(run));
    },
    sessionOf: (runId) => inUse.get(runId),
    drop: (run, end) => {
      inUse.delete(run.id);
      run.session.runs.set(run.id, "ended");
      hub.publish("chat", run.laneKey, endFrame(run, end));
      ends.settle(run.id, end);
      run.lease.release();
    },
    forget: (run) => void inUse.delete(run.id),
  };
};
