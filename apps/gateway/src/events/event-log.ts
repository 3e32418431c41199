/** Remembers the latest durable events, so that a client that was away a while gets what it missed. */

import type { EventName } from "@skykoi/protocol";

import { formatCursor, parseCursor } from "./cursor.ts";

export interface LoggedEvent {
  readonly cursor: string;
  readonly event: EventName;
  readonly sessionKey: string;
  /** Serialized once for all clients. */
  readonly payloadJson: string;
}

export interface EventLog {
  append(event: EventName, sessionKey: string, payloadJson: string): LoggedEvent;
  /** The cursor of the newest event. */
  head(): string;
  /** Everything after the cursor, oldest first; undefined when the cursor is unknown or its successors are gone. */
  after(cursor: string): readonly LoggedEvent[] | undefined;
}

export interface EventLogOptions {
  readonly epoch: string;
  readonly maxEvents: number;
  /** Bound of the serialized payloads together, in characters. */
  readonly maxCharacters: number;
}

export const createEventLog = ({ epoch, maxEvents, maxCharacters }: EventLogOptions): EventLog => {
  /** A queue with a moving start; compacted when half of it is behind the start. */
  let events: LoggedEvent[] = [];
  let start = 0;
  let newest = 0;
  let characters = 0;

  const kept = (): number => events.length - start;

  const trim = (): void => {
    while (kept() > maxEvents || (characters > maxCharacters && kept() > 1)) {
      characters -= events[start]?.payloadJson.length ?? 0;
      start++;
    }
    if (start > 64 && start * 2 > events.length) {
      events = events.slice(start);
      start = 0;
    }
  };

  return {
    append: (event, sessionKey, payloadJson) => {
      newest++;
      const logged = { cursor: formatCursor(epoch, newest), event, sessionKey, payloadJson };
      events.push(logged);
      characters += payloadJson.length;
      trim();
      return logged;
    },
    head: () => formatCursor(epoch, newest),
    after: (cursor) => {
      const position = parseCursor(epoch, cursor);
      if (position === undefined || position > newest) return undefined;
      const missed = newest - position;
      return missed > kept() ? undefined : events.slice(events.length - missed);
    },
  };
};
