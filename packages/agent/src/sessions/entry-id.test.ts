import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nextEntryId } from "./entry-id.ts";

describe("entry ids", () => {
  it("sort as text in the order of appending, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 4_000_000_000_000 })), (clock) => {
        const ids: string[] = [];
        for (const nowMs of clock) ids.push(nextEntryId(ids.at(-1) ?? null, nowMs));
        expect(new Set(ids).size).toBe(ids.length);
        ids.slice(1).forEach((id, index) => expect(id > (ids[index] ?? "")).toBe(true));
      }),
    );
  });

  it("go on sorting when one millisecond has used up its sequence", () => {
    const next = nextEntryId("00000000a-zzzz", 10);
    expect(next > "00000000a-zzzz").toBe(true);
    expect(nextEntryId(next, 10) > next).toBe(true);
  });
});
