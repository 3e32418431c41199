/** What the clients were told about runs in an earlier life of the gateway. Pure. */

import type { JournalEvent } from "../events/event-journal.ts";

export interface ToldRun {
  /** The events of the run go on after this number. */
  readonly lastSeq: number;
  /** Its end was told. */
  readonly ended: boolean;
}

/** By run id, for one session. */
export const toldRuns = (events: readonly JournalEvent[], sessionKey: string): ReadonlyMap<string, ToldRun> => {
  const told = new Map<string, ToldRun>();
  for (const { event, sessionKey: key, payloadJson } of events) {
    if (key !== sessionKey || (event !== "chat" && event !== "agent")) continue;
    const { runId, seq, state }: EventOfRun = readEvent(payloadJson);
    const ended = state !== undefined && ENDS.has(state);
    told.set(runId, {
      lastSeq: Math.max(seq, told.get(runId)?.lastSeq ?? 0),
      ended: ended || told.get(runId)?.ended === true,
    });
  }
  return told;
};

interface EventOfRun {
  readonly runId: string;
  readonly seq: number;
  readonly state?: string;
}

const ENDS = new Set(["final", "aborted", "error"]);

/** The gateway's own words, as it serialized them. */
const readEvent = (payloadJson: string): EventOfRun => {
  const value: unknown = JSON.parse(payloadJson);
  const field = (name: string): unknown =>
    typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
  const [runId, seq, state] = [field("runId"), field("seq"), field("state")];
  return {
    runId: typeof runId === "string" ? runId : "",
    seq: typeof seq === "number" ? seq : 0,
    ...(typeof state === "string" && { state }),
  };
};
