import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/scene.ts";
import { createDayNotes } from "./day-notes.ts";

const notesIn = (workspace: string) => createDayNotes({ workspace, protectedPaths: [], today: () => "2026-11-27" });

describe("the notes of the day", () => {
  it("are created with their directory, and grow at their end", async () => {
    const workspace = temporaryDirectory();
    const notes = notesIn(workspace);
    expect(await notes.canAdd()).toBe(true);
    expect(await notes.add("- Likes tea.")).toBe(true);
    expect(await notes.add("- Has a cat.")).toBe(true);
    const text = readFileSync(join(workspace, "memory/2026-11-27.md"), "utf8");
    expect(text).toBe("\n- Likes tea.\n\n- Has a cat.\n");
  });

  it("are left alone where something else is in their place", async () => {
    const workspace = temporaryDirectory();
    writeFileSync(join(workspace, "memory"), "a file");
    expect(await notesIn(workspace).add("- Likes tea.")).toBe(false);
  });

  it("do not lead to what tools may not touch", async () => {
    const workspace = temporaryDirectory();
    const state = temporaryDirectory();
    mkdirSync(join(workspace, "memory"));
    writeFileSync(join(state, "token"), "secret");
    symlinkSync(join(state, "token"), join(workspace, "memory/2026-11-27.md"));
    const notes = createDayNotes({ workspace, protectedPaths: [state], today: () => "2026-11-27" });
    expect(await notes.canAdd()).toBe(false);
    expect(await notes.add("- Likes tea.")).toBe(false);
    expect(readFileSync(join(state, "token"), "utf8")).toBe("secret");
  });
});
