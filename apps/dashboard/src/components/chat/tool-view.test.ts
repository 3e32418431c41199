import { describe, expect, it } from "vitest";

import { argumentLines, outputWindow, titleParts } from "./tool-view.ts";

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

  it("shows the end of a long output and counts what it hides", () => {
    const output = `${Array.from({ length: 500 }, (_, index) => `line ${index + 1}`).join("\n")}\n`;
    const shown = outputWindow(output, 200);
    expect(shown.hiddenLines).toBe(300);
    expect(shown.text.startsWith("line 301\n")).toBe(true);
    expect(shown.text.endsWith("line 500")).toBe(true);
  });
});
