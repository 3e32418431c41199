import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createMemoryJournal } from "../testing/memory-journal.ts";
import { createEventLog } from "./event-log.ts";

const open = (maxEvents: number, maxCharacters = 1_000_000) =>
  createEventLog({ journal: createMemoryJournal(), maxEvents, maxCharacters });

describe("event log", () => {
  it("gives back exactly what follows a cursor, or says that it is gone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 0, max: 300 }),
        (count, maxEvents, from) => {
          const log = open(maxEvents);
          for (let number = 1; number <= count; number++) log.append("chat", "s", String(number));
          const missed = log.after(`e1:${from}`);
          if (from > count || count - from > maxEvents) expect(missed).toBeUndefined();
          else {
            const expected = Array.from({ length: count - from }, (_, index) => String(from + index + 1));
            expect(missed?.map(({ payloadJson }) => payloadJson)).toEqual(expected);
          }
        },
      ),
    );
  });

  it("is bounded by size, but always keeps the newest event", () => {
    const log = open(100, 10);
    for (const text of ["aaaa", "bbbb", "cccc"]) log.append("chat", "s", text);
    expect(log.after("e1:0")).toBeUndefined();
    expect(log.after("e1:1")).toHaveLength(2);
    log.append("chat", "s", "x".repeat(50));
    expect(log.after("e1:3")).toHaveLength(1);
  });

  it.each(["e2:0", "e1", "e1:", "e1:-1", "e1:1e3", "e1:0:0", "", "e1:9999"])(
    "does not know the cursor %j",
    (cursor) => {
      expect(open(10).after(cursor)).toBeUndefined();
    },
  );
});
