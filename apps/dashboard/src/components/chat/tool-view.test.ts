import { describe, expect, it } from "vitest";

import { argumentLines, outputEdge, outputWindow, titleParts } from "./tool-view.ts";

describe("the card of a tool call", () => {
  it("sets what stands between backticks as code", () => {
    expect(titleParts("run `uname -a` now")).toEqual([
      { text: "run ", code: false },
      { text: "uname -a", code: true },
      { text: " now", code: false },
    ]);
    expect(titleParts("list files")).toEqual([{ text: "list files", code: false }]);
  });

  it("lists arguments by name, whatever they are", () => {
    expect(argumentLines({ path: "notes.md", limit: 3 })).toEqual([
      { name: "path", value: "notes.md" },
      { name: "limit", value: "3" },
    ]);
    expect(argumentLines("raw")).toEqual([{ name: "value", value: "raw" }]);
    expect(argumentLines(undefined)).toEqual([]);
  });

  it("shows of a long output the edge that matters and counts what it hides", () => {
    const output = `${Array.from({ length: 500 }, (_, index) => `line ${index + 1}`).join("\n")}\n`;
    const edges = (tool: string) => {
      const { text, hiddenLines } = outputWindow(output, 200, outputEdge(tool));
      return [hiddenLines, text.split("\n").at(0), text.split("\n").at(-1)];
    };
    expect(edges("exec")).toEqual([300, "line 301", "line 500"]);
    expect(edges("read")).toEqual([300, "line 1", "line 200"]);
    expect(outputWindow(output, 500, "end").hiddenLines).toBe(0);
  });
});
