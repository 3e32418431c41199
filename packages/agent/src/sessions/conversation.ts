/** The order in which a history is read: run by run, although messages were accepted while other runs were working. */

import type { TranscriptEntry } from "../port.ts";

/**
 * The same entries, grouped: those of one run stand together in the order of the file, a run's message directly before
 * the rest of it; runs follow each other by their first entry. An entry without a run keeps its place between the runs.
 */
export const conversation = (entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] => {
  const groups = Map.groupBy(entries, ({ id, runId }) => (runId === undefined ? `entry:${id}` : `run:${runId}`));
  return [...groups.values()].flat();
};
