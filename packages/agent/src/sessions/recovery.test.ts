import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { anyHistory, answer, end, history, result, user } from "../testing/histories.ts";
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
    expect(unfinishedRuns(entries)).toEqual({ toRun: ["c", "d"], interrupted: ["b"] });
  });

  it("leaves alone what was stopped before it began", () => {
    expect(unfinishedRuns(history(user("a"), end("a", "aborted")))).toEqual({ toRun: [], interrupted: [] });
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
