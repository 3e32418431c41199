/** Who is connected right now, told to the others without flooding them when many come at once. */

import type { PresenceEntry } from "@skykoi/protocol";

export interface Presence {
  join(entry: PresenceEntry): void;
  leave(connId: string): void;
  /** The newest connections, at most `MAX_ENTRIES`. */
  entries(): PresenceEntry[];
  readonly count: () => number;
  /** Counts the changes. */
  version(): number;
  close(): void;
}

const MAX_ENTRIES = 100;

/** A change is told after a moment that grows with the number of clients, since each is told about each. */
const announceDelayMs = (clients: number): number => Math.min(5000, 50 + clients * 10);

export const createPresence = (announce: () => void): Presence => {
  const connected = new Map<string, PresenceEntry>();
  let changes = 0;
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    changes++;
    timer ??= setTimeout(() => {
      timer = undefined;
      announce();
    }, announceDelayMs(connected.size));
  };

  return {
    join: (entry) => {
      connected.set(entry.connId, entry);
      changed();
    },
    leave: (connId) => {
      if (connected.delete(connId)) changed();
    },
    entries: () => [...connected.values()].slice(-MAX_ENTRIES),
    count: () => connected.size,
    version: () => changes,
    close: () => clearTimeout(timer),
  };
};
