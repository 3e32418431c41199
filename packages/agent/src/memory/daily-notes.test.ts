import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/scene.ts";
import { createDailyNotes, MAX_NOTE_CHARS } from "./daily-notes.ts";

const scene = () => {
  const workspace = temporaryDirectory();
  mkdirSync(join(workspace, "memory"));
  const days = { now: ["2026-11-27", "2026-11-26"] as [string, string] };
  const read = createDailyNotes({ workspace, protectedPaths: [], days: () => days.now });
  const note = (day: string, text: string) => writeFileSync(join(workspace, `memory/${day}.md`), text);
  return { workspace, days, note, read: (sessionId = "s1", mainSession = true) => read({ sessionId, mainSession }) };
};

describe("the notes of the day", () => {
  it("are yesterday's and today's, and nothing of other days", async () => {
    const { note, read } = scene();
    note("2026-11-25", "old");
    note("2026-11-26", "yesterday\n");
    note("2026-11-27", "today\n");
    expect(await read()).toEqual([
      { name: "memory/2026-11-26.md", text: "yesterday" },
      { name: "memory/2026-11-27.md", text: "today" },
    ]);
  });

  it("stay the same for a session, so that its prompt is cached, until the day changes", async () => {
    const { days, note, read } = scene();
    note("2026-11-27", "one");
    const first = await read();
    note("2026-11-27", "one two");
    expect(await read()).toEqual(first);
    expect(await read("s2")).toEqual([{ name: "memory/2026-11-27.md", text: "one two" }]);
    days.now = ["2026-11-28", "2026-11-27"];
    expect(await read()).toEqual([{ name: "memory/2026-11-27.md", text: "one two" }]);
  });

  it("are cut to their end, visibly", async () => {
    const { note, read } = scene();
    note("2026-11-27", `${"line of a long day\n".repeat(10_000)}the last`);
    const [today] = await read();
    expect(today?.text.length).toBeLessThan(MAX_NOTE_CHARS + 200);
    expect(today?.text).toMatch(/^\[memory\/2026-11-27\.md has 190008 bytes; this is its end/);
    expect(today?.text.endsWith("the last")).toBe(true);
  });

  it("do not carry MEMORY.md into another session through a link", async () => {
    const { workspace, read } = scene();
    writeFileSync(join(workspace, "MEMORY.md"), "secret");
    symlinkSync(join(workspace, "MEMORY.md"), join(workspace, "memory/2026-11-27.md"));
    expect(await read("s2", false)).toEqual([]);
  });
});
