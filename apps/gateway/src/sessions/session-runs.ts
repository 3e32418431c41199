/** Which run ids a session key has seen, over all its sessions, and how far they are. */

import type { RunState } from "@skykoi/agent";

export interface SessionRuns {
  /** undefined: never accepted under this key. Throws STORAGE_FAILED when that cannot be told right now. */
  get(runId: string): "unfinished" | "ended" | undefined;
  /** For what the transcript could not be told: the end of a run that a full disk refused. */
  set(runId: string, state: "unfinished" | "ended"): void;
}

export const createSessionRuns = (stored: (runId: string) => RunState | undefined): SessionRuns => {
  const untold = new Map<string, "unfinished" | "ended">();
  const onDisk = (runId: string): "unfinished" | "ended" | undefined => {
    const state = stored(runId);
    return state && (state === "ended" ? "ended" : "unfinished");
  };
  const isTold = (runId: string, state: "unfinished" | "ended"): boolean => {
    try {
      return onDisk(runId) === state;
    } catch {
      // The index is being made anew; until then this is remembered here.
      return false;
    }
  };

  return {
    get: (runId) => untold.get(runId) ?? onDisk(runId),
    set: (runId, state) => {
      if (isTold(runId, state)) untold.delete(runId);
      else untold.set(runId, state);
    },
  };
};
