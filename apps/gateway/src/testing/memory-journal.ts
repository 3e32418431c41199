/** A journal that keeps nothing: for tests of what is held in memory. */

import type { EventJournal } from "../events/event-journal.ts";

export const createMemoryJournal = (): EventJournal => ({
  epoch: "e1",
  start: 0,
  append: () => undefined,
  after: () => undefined,
  earlier: () => [],
  close: () => undefined,
});
