import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { anyHistory, answer, end, history, joined, result, user } from "../testing/histories.ts";
import { conversation } from "./conversation.ts";
import { unfinishedRuns } from "./recovery.ts";

describe("recovery", () => {
  it("runs what was accepted and not begun, and marks what was begun and not ended", () => {
    const entries = history(
      user("a"),
      answer("a"),
      end("a"),
      user("b"),
      user("c"),
      user("d"),
      answer("b", "", ["t"]),
      result("b", "t"),
    );
    expect(unfinishedRuns(entries)).toMatchObject({ toRun: ["c", "d"], interrupted: ["b"] });
  });

  it("leaves alone what was stopped before it began", () => {
    expect(unfinishedRuns(history(user("a"), end("a", "aborted")))).toMatchObject({ toRun: [], interrupted: [] });
  });

  it("never runs a message again that another run had taken up", () => {
    const steered = [user("a"), answer("a", "", ["t"]), user("b"), joined("b", "a"), answer("a", "", ["u"])];
    expect(unfinishedRuns(history(...steered))).toEqual({
      toRun: [],
      released: [],
      interrupted: ["a"],
      joined: new Map([["a", ["b"]]]),
      answered: [],
    });
    // The two ends are one write, which a power cut may have cut in two.
    expect(unfinishedRuns(history(...steered, answer("a"), end("a")))).toEqual({
      toRun: [],
      released: [],
      interrupted: [],
      joined: new Map(),
      answered: [{ runId: "b", answeredBy: "a", outcome: "completed" }],
    });
  });

  it("runs a message by itself whose run was interrupted before the model saw it", () => {
    const unseen = [user("a"), answer("a", "", ["t"]), user("b"), joined("b", "a"), result("a", "t")];
    expect(unfinishedRuns(history(...unseen))).toMatchObject({ toRun: ["b"], released: ["b"], interrupted: ["a"] });
    const taken = history(...unseen, end("a", "interrupted"), joined("b", "b"));
    expect(unfinishedRuns(taken)).toMatchObject({ toRun: ["b"], released: [], interrupted: [] });
    expect(conversation(taken).at(-1)).toEqual(taken[2]);
  });

  it("runs collected messages in one turn again when nothing of it was done", () => {
    const collected = history(user("a"), user("b"), user("c"), joined("b", "a"), joined("c", "a"));
    expect(unfinishedRuns(collected)).toMatchObject({ toRun: ["a"], joined: new Map([["a", ["b", "c"]]]) });
  });

  it("names every run without an end exactly once, wherever the history was cut", () => {
    fc.assert(
      fc.property(anyHistory, (entries) => {
        const { toRun, interrupted } = unfinishedRuns(entries);
        const ended = new Set(entries.filter(({ type }) => type === "runEnd").map(({ runId }) => runId));
        const open = [...new Set(entries.map(({ runId }) => runId))].filter((runId) => !ended.has(runId));
        expect(toRun.length + interrupted.length).toBe(open.length);
        expect(new Set([...toRun, ...interrupted])).toEqual(new Set(open));
      }),
    );
  });
});
