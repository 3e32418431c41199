import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/scene.ts";
import { MAX_FILE_CHARS, createWorkspaceReader } from "./workspace-files.ts";

const ALL = ["MEMORY", "BOOTSTRAP", "HEARTBEAT", "USER", "IDENTITY", "TOOLS", "SOUL", "AGENTS"];

const workspaceOf = (files: Record<string, string>): string => {
  const workspace = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  return workspace;
};

const namesIn = async (options: { mainSession: boolean; firstTurn: boolean }) => {
  const workspace = workspaceOf(Object.fromEntries(ALL.map((name) => [`${name}.md`, name])));
  const files = await createWorkspaceReader({ workspace, protectedPaths: [] })(options);
  return files.map(({ name }) => name.slice(0, -3));
};

const main = { mainSession: true, firstTurn: false };

const readIn = (workspace: string, protectedPaths: readonly string[] = []) =>
  createWorkspaceReader({ workspace, protectedPaths })(main);

describe("workspace files", () => {
  it("come in their order, BOOTSTRAP only on the first turn, MEMORY only in the main session", async () => {
    const always = ["AGENTS", "SOUL", "TOOLS", "IDENTITY", "USER", "HEARTBEAT"];
    expect(await namesIn({ mainSession: true, firstTurn: true })).toEqual([...always, "BOOTSTRAP", "MEMORY"]);
    expect(await namesIn({ mainSession: true, firstTurn: false })).toEqual([...always, "MEMORY"]);
    expect(await namesIn({ mainSession: false, firstTurn: true })).toEqual([...always, "BOOTSTRAP"]);
    expect(await namesIn({ mainSession: false, firstTurn: false })).toEqual(always);
  });

  it("are left out when missing, empty, a directory or a pipe", async () => {
    const workspace = workspaceOf({ "SOUL.md": " \n", "USER.md": "Ada" });
    mkdirSync(join(workspace, "AGENTS.md"));
    execFileSync("mkfifo", [join(workspace, "TOOLS.md")]);
    expect(await readIn(workspace)).toEqual([{ name: "USER.md", text: "Ada" }]);
  });

  it("are cut visibly after 20,000 characters", async () => {
    const workspace = workspaceOf({ "SOUL.md": "🐟".repeat(MAX_FILE_CHARS), "USER.md": "u".repeat(MAX_FILE_CHARS) });
    const [soul, owner] = await readIn(workspace);
    expect(soul?.text.indexOf("\n[SOUL.md is cut here")).toBe(MAX_FILE_CHARS);
    expect(owner?.text).toBe("u".repeat(MAX_FILE_CHARS));
  });

  it("do not carry the gateway's state into the prompt through a link", async () => {
    const state = workspaceOf({ "skykoi.json": "token" });
    const workspace = workspaceOf({});
    symlinkSync(join(state, "skykoi.json"), join(workspace, "SOUL.md"));
    expect(await readIn(workspace, [state])).toEqual([]);
  });

  it("follow every change: of the text, of the target of a link, of what is missing", async () => {
    const workspace = workspaceOf({ "SOUL.md": "one", "a.md": "first", "b.md": "other" });
    symlinkSync(join(workspace, "a.md"), join(workspace, "USER.md"));
    const longAgo = new Date(Date.now() - 60_000);
    for (const name of ["SOUL.md", "a.md", "b.md"]) utimesSync(join(workspace, name), longAgo, longAgo);
    const read = createWorkspaceReader({ workspace, protectedPaths: [] });
    const texts = async () => (await read(main)).map(({ text }) => text);

    expect([await texts(), await texts()]).toEqual([
      ["one", "first"],
      ["one", "first"],
    ]);
    writeFileSync(join(workspace, "SOUL.md"), "two");
    utimesSync(join(workspace, "SOUL.md"), longAgo, longAgo);
    expect(await texts()).toEqual(["two", "first"]);
    rmSync(join(workspace, "USER.md"));
    symlinkSync(join(workspace, "b.md"), join(workspace, "USER.md"));
    expect(await texts()).toEqual(["two", "other"]);
    rmSync(join(workspace, "SOUL.md"));
    expect(await texts()).toEqual(["other"]);
  });

  it("are read again when two writes follow each other within one tick of the clock", async () => {
    const workspace = workspaceOf({ "SOUL.md": "aaa" });
    const read = createWorkspaceReader({ workspace, protectedPaths: [] });
    for (const text of ["bbb", "ccc", "ddd"]) {
      writeFileSync(join(workspace, "SOUL.md"), text);
      expect((await read(main))[0]?.text).toBe(text);
    }
  });
});
