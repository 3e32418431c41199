import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { ORIGIN, temporaryDirectory } from "../../testing/scene.ts";
import { toolBench } from "../../testing/tool-bench.ts";
import { createMemoryTools } from "./memory-tools.ts";

const OTHER = { run: { ...ORIGIN, sessionKey: "agent:main:subagent:1", mainSession: false } };
const CLOSED = "is for your person's main conversation only";

const bench = () => {
  const root = temporaryDirectory();
  const workspace = join(root, "koi");
  mkdirSync(join(workspace, "memory"), { recursive: true });
  writeFileSync(join(workspace, "MEMORY.md"), "# Money\nThe salary is 5,000.\n");
  writeFileSync(join(workspace, "memory/2026-11-27.md"), "# Talks\nAsked about the salary.\n");
  const databaseOf = (agentId: string) => join(root, "home", agentId, "memory.db");
  const memory = createMemoryTools({ workspace, protectedPaths: [join(root, "home")], databaseOf, now: Date.now });
  onTestFinished(() => memory.close());
  return { ...toolBench({ workspace, memory: memory.tools }), root };
};

describe("memory tools", () => {
  it("search with path, lines and title, and read on from there", async () => {
    const { call } = bench();
    const { text } = await call("memory_search", { query: "salary" });
    expect(text).toContain("MEMORY.md:1-2 (Money)\n# Money\nThe salary is 5,000.");
    expect(text).toContain("memory/2026-11-27.md:1-2 (Talks)");
    expect((await call("memory_search", { query: "unicorn" })).text).toBe("[nothing in the notes matches]");
    expect((await call("memory_get", { path: "MEMORY.md", from: 2, lines: 1 })).text).toBe("The salary is 5,000.");
    expect((await call("memory_get", { path: "memory/2026-11-27.md", from: 9 })).text).toContain("nothing from line 9");
  });

  it("read notes only", async () => {
    const { call } = bench();
    for (const path of ["AGENTS.md", "/etc/passwd", "memory/../AGENTS.md", "memory/nothing.md", "memory"]) {
      expect(await call("memory_get", { path })).toMatchObject({ isError: true });
    }
  });
});

describe("MEMORY.md outside the owner's main session", () => {
  it.each([
    ["read", { path: "MEMORY.md" }],
    ["read", { path: "soft.md" }],
    ["read", { path: "hard.md" }],
    ["read", { path: "memory/../MEMORY.md" }],
    ["write", { path: "MEMORY.md", content: "x" }],
    ["edit", { path: "MEMORY.md", oldText: "Money", newText: "x" }],
    ["grep", { pattern: "salary", path: "MEMORY.md" }],
    ["image", { source: "MEMORY.md" }],
    ["memory_get", { path: "MEMORY.md" }],
  ])("is closed to %s %j", async (name, input) => {
    const { call, workspace } = bench();
    symlinkSync(join(workspace, "MEMORY.md"), join(workspace, "soft.md"));
    linkSync(join(workspace, "MEMORY.md"), join(workspace, "hard.md"));
    const { text, isError } = await call(name, input, OTHER);
    expect([isError, text]).toEqual([true, expect.stringContaining(CLOSED)]);
    expect(readFileSync(join(workspace, "MEMORY.md"), "utf8")).toContain("5,000");
  });

  it("is not found by searches from above", async () => {
    const { call, root, workspace } = bench();
    linkSync(join(workspace, "MEMORY.md"), join(workspace, "hard.md"));
    for (const path of [".", root]) {
      expect((await call("grep", { pattern: "5,000", path }, OTHER)).text).toBe("[nothing matches]");
    }
    const { text } = await call("memory_search", { query: "salary" }, OTHER);
    expect(text).toContain("memory/2026-11-27.md");
    expect(text).not.toContain("5,000");
    expect((await call("grep", { pattern: "5,000" })).text).toContain("MEMORY.md:2");
  });
});
