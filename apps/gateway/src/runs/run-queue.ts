/** Brings runs into their lanes, says so to the clients, and knows which run ids are in use. */

import type { EventHub } from "../events/event-hub.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { RunEnds } from "./run-ends.ts";
import type { Run } from "./run.ts";

export interface RunQueue {
  /** `take` puts the run into its lane; a run that does not start at once is announced as queued. */
  enter(run: Run, take: (run: Run) => void): void;
  /** The session in which this run waits or works. */
  sessionOf(runId: string): string | undefined;
  /** A run that waited will not run. */
  drop(run: Run): void;
  /** A run is over. */
  readonly forget: (run: Run) => void;
}

export const createRunQueue = (lanes: Lanes<Run>, hub: EventHub, ends: RunEnds): RunQueue => {
  /** Session keys by run id. */
  const inUse = new Map<string, string>();

  const publish = (
    run: Run,
    payload: { readonly state: "status"; readonly phase: "queued" } | { readonly state: "aborted" },
  ): void => {
    const { id: runId, laneKey: sessionKey, session } = run;
    const identity = { runId, sessionKey, agentId: session.address.agentId, seq: run.nextSeq() };
    hub.publish("chat", sessionKey, { ...identity, ...payload });
  };

  return {
    enter: (run, take) => {
      inUse.set(run.id, run.laneKey);
      take(run);
      if (lanes.running(run.laneKey) !== run) publish(run, { state: "status", phase: "queued" });
    },
    sessionOf: (runId) => inUse.get(runId),
    drop: (run) => {
      inUse.delete(run.id);
      publish(run, { state: "aborted" });
      ends.settle(run.id, { type: "run-end", outcome: "aborted" });
    },
    forget: (run) => void inUse.delete(run.id),
  };
};
