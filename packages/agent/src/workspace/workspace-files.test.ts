import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../testing/scene.ts";
import { MAX_FILE_CHARS, readWorkspaceFiles } from "./workspace-files.ts";

const ALL = ["MEMORY", "BOOTSTRAP", "HEARTBEAT", "USER", "IDENTITY", "TOOLS", "SOUL", "AGENTS"];

const workspaceOf = (files: Record<string, string>): string => {
  const workspace = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  return workspace;
};

const namesIn = async (options: { mainSession: boolean; firstTurn: boolean }) => {
  const workspace = workspaceOf(Object.fromEntries(ALL.map((name) => [`${name}.md`, name])));
  return (await readWorkspaceFiles({ workspace, protectedPaths: [], ...options })).map(({ name }) => name.slice(0, -3));
};

const main = { protectedPaths: [], mainSession: true, firstTurn: false };

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
    expect(await readWorkspaceFiles({ workspace, ...main })).toEqual([{ name: "USER.md", text: "Ada" }]);
  });

  it("are cut visibly after 20,000 characters", async () => {
    const workspace = workspaceOf({ "SOUL.md": "🐟".repeat(MAX_FILE_CHARS), "USER.md": "u".repeat(MAX_FILE_CHARS) });
    const [soul, owner] = await readWorkspaceFiles({ workspace, ...main });
    expect(soul?.text.indexOf("\n[SOUL.md is cut here")).toBe(MAX_FILE_CHARS);
    expect(owner?.text).toBe("u".repeat(MAX_FILE_CHARS));
  });

  it("do not carry the gateway's state into the prompt through a link", async () => {
    const state = workspaceOf({ "skykoi.json": "token" });
    const workspace = workspaceOf({});
    symlinkSync(join(state, "skykoi.json"), join(workspace, "SOUL.md"));
    expect(await readWorkspaceFiles({ workspace, ...main, protectedPaths: [state] })).toEqual([]);
  });
});
