/** Runs that the agent begins by itself and that mostly have nothing to tell: heartbeats. They leave no trace then. */

import type { AssistantEntry, TranscriptEntry } from "../port.ts";

/** What the ids of heartbeats begin with. */
export const HEARTBEAT_RUN = "heartbeat:";

/** What an agent answers that has nothing to tell, also with a little decoration. */
export const isNothingToSay = (text: string): boolean =>
  /^[\s*_`"']*(?:HEARTBEAT_OK|NO_REPLY)?[\s*_`"'.!]*$/.test(text);

/** Of a heartbeat, readers are shown what it had to tell. */
export const isHiddenOfHeartbeat = (entry: TranscriptEntry): boolean =>
  entry.runId?.startsWith(HEARTBEAT_RUN) === true && (entry.type !== "assistant" || !tells(entry));

/** Whether a run was nothing but a heartbeat without anything to tell. */
export const isQuietHeartbeat = (run: readonly TranscriptEntry[]): boolean =>
  run.some(({ type }) => type === "user") &&
  run.every((entry) => entry.type !== "user" || entry.origin?.kind === "heartbeat") &&
  isNothingToSay(textOf(run.findLast((entry) => entry.type === "assistant")));

const tells = (entry: AssistantEntry): boolean =>
  !entry.content.some(({ type }) => type === "toolCall") && !isNothingToSay(textOf(entry));

const textOf = (entry: AssistantEntry | undefined): string =>
  (entry?.content ?? []).map((block) => (block.type === "text" ? block.text : "")).join("");
