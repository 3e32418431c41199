import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { anyHistory, answer, end, history, joined, result, user } from "../testing/histories.ts";
import { conversation } from "./conversation.ts";

describe("a conversation", () => {
  it("puts a message that waited directly before its own answer", () => {
    const entries = history(user("a"), user("b"), answer("a"), end("a"), answer("b"), end("b"));
    expect(conversation(entries).map(({ id }) => id)).toEqual(["e0", "e2", "e3", "e1", "e4", "e5"]);
  });

  it("leaves entries that belong to no run between the runs", () => {
    const reset = { type: "notice", kind: "reset", content: [] } as const;
    const entries = history(user("a"), answer("a"), end("a"), reset, user("b"));
    expect(conversation(entries)).toEqual(entries);
  });

  it("shows a message that joined another run there, at its place", () => {
    const entries = history(
      user("a"),
      answer("a", "", ["t"]),
      user("b"),
      user("c"),
      joined("b", "a"),
      result("a", "t"),
      answer("a"),
      end("a"),
      end("b", "completed", "a"),
    );
    const read = conversation(entries);
    expect(read.map(({ id }) => id)).toEqual(["e0", "e1", "e2", "e5", "e6", "e7", "e8", "e3"]);
    expect(read[2]).toEqual({ ...entries[2], answeredBy: "a" });
  });

  it("loses nothing, keeps each run together and in its order", () => {
    fc.assert(
      fc.property(anyHistory, (entries) => {
        const read = conversation(entries);
        expect(new Set(read)).toEqual(new Set(entries));
        expect(read.length).toBe(entries.length);
        const runs = [...new Set(entries.map(({ runId }) => runId))];
        expect(read).toEqual(runs.flatMap((run) => entries.filter(({ runId }) => runId === run)));
      }),
    );
  });
});
