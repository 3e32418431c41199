/** What a restart has to do with the runs of a transcript that never ended. */

import type { RunEndEntry, TranscriptEntry } from "../port.ts";

export interface UnfinishedRuns {
  /** Accepted, nothing of them done yet: run them. In the order of their messages. */
  readonly toRun: readonly string[];
  /** Those of them that had joined a run which the crash interrupted before its model saw them. */
  readonly released: readonly string[];
  /** Stopped in the middle: mark them, never repeat them. */
  readonly interrupted: readonly string[];
  /** Runs that joined another one and end with it: their ids by that one's. */
  readonly joined: ReadonlyMap<string, readonly string[]>;
  /** Runs that joined another one, which has ended; only their own end is missing. */
  readonly answered: readonly { readonly runId: string; readonly answeredBy: string; readonly outcome: Outcome }[];
}

type Outcome = RunEndEntry["outcome"];

/** A run has begun when an assistant or tool result entry of it exists; it has ended when its `runEnd` does. */
export const unfinishedRuns = (entries: readonly TranscriptEntry[]): UnfinishedRuns => {
  const accepted = new Set<string>();
  const begun = new Set<string>();
  const into = new Map<string, string>();
  const ended = new Map<string, Outcome>();
  /** Joined, and the model has answered since. */
  const seen = new Set<string>();
  for (const entry of entries) {
    switch (entry.type) {
      case "user":
        accepted.add(entry.runId);
        break;
      case "joined":
        if (entry.into === entry.runId) into.delete(entry.runId);
        else into.set(entry.runId, entry.into);
        break;
      case "assistant":
        for (const [runId, other] of into) if (other === entry.runId) seen.add(runId);
        begun.add(entry.runId);
        break;
      case "toolResult":
        begun.add(entry.runId);
        break;
      case "runEnd":
        ended.set(entry.runId, entry.outcome);
        break;
      default:
        break;
    }
  }
  const interrupts = (runId: string): boolean => begun.has(runId) && !ended.has(runId);
  const released = [...into].flatMap(([runId, other]) =>
    interrupts(other) && !ended.has(runId) && !seen.has(runId) ? [runId] : [],
  );
  for (const runId of released) into.delete(runId);
  const openJoins = [...into].filter(([runId]) => !ended.has(runId));
  return {
    toRun: [...accepted].filter((runId) => !begun.has(runId) && !ended.has(runId) && !into.has(runId)),
    released,
    interrupted: [...begun].filter(interrupts),
    joined: groupIds(openJoins.filter(([, other]) => !ended.has(other))),
    answered: openJoins.flatMap(([runId, answeredBy]) => {
      const outcome = ended.get(answeredBy);
      return outcome === undefined ? [] : [{ runId, answeredBy, outcome }];
    }),
  };
};

const groupIds = (joins: readonly (readonly [runId: string, into: string])[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...Map.groupBy(joins, ([, into]) => into)].map(([into, group]) => [into, group.map(([runId]) => runId)]));
