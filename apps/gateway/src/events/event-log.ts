/** Remembers the latest durable events, so that a client that was away a while gets what it missed. */

import type { EventName } from "@skykoi/protocol";

import { formatCursor, parseCursor } from "./cursor.ts";
import type { EventJournal, JournalEvent } from "./event-journal.ts";

export interface LoggedEvent {
  readonly cursor: string;
  readonly event: EventName;
  readonly sessionKey: string;
  /** Serialized once for all clients. */
  readonly payloadJson: string;
}

export interface EventLog {
  /** The event is in the journal when this returns. */
  append(event: EventName, sessionKey: string, payloadJson: string): LoggedEvent;
  /** The cursor of the newest event. */
  head(): string;
  /** Everything after the cursor, oldest first; undefined when the cursor is unknown or its successors are gone. */
  after(cursor: string): readonly LoggedEvent[] | undefined;
  /** The events of earlier lives that the journal still holds. */
  earlier(): readonly JournalEvent[];
  close(): void;
}

export interface EventLogOptions {
  readonly journal: EventJournal;
  /** Bounds of what is kept in memory. */
  readonly maxEvents: number;
  /** Bound of the serialized payloads together, in characters. */
  readonly maxCharacters: number;
}

export const createEventLog = ({ journal, maxEvents, maxCharacters }: EventLogOptions): EventLog => {
  const { epoch } = journal;
  /** A queue with a moving start; compacted when half of it is behind the start. */
  let events: LoggedEvent[] = [];
  let start = 0;
  let newest = journal.start;
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

  const logged = ({ position, ...event }: JournalEvent): LoggedEvent => ({
    cursor: formatCursor(epoch, position),
    ...event,
  });

  return {
    append: (event, sessionKey, payloadJson) => {
      const entry = { position: ++newest, event, sessionKey, payloadJson };
      journal.append(entry);
      const remembered = logged(entry);
      events.push(remembered);
      characters += payloadJson.length;
      trim();
      return remembered;
    },
    head: () => formatCursor(epoch, newest),
    after: (cursor) => {
      const position = parseCursor(epoch, cursor);
      if (position === undefined || position > newest) return undefined;
      const missed = newest - position;
      if (missed <= kept()) return events.slice(events.length - missed);
      return journal.after(position)?.map(logged);
    },
    earlier: journal.earlier,
    close: journal.close,
  };
};
