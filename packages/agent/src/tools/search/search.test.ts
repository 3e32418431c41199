import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../../testing/scene.ts";
import { toolBench } from "../../testing/tool-bench.ts";
import { globMatcher } from "./glob.ts";
import { hasRipgrep } from "./search-program.ts";

const withoutRipgrep = (): string => {
  const bin = temporaryDirectory();
  const grep = execFileSync("/bin/sh", ["-c", "command -v grep"], { encoding: "utf8" }).trim();
  symlinkSync(grep, join(bin, "grep"));
  return bin;
};

const tree = (files: Readonly<Record<string, string | Buffer>>, path: string) => {
  const root = temporaryDirectory();
  const state = join(root, "home");
  const workspace = join(root, "koi");
  for (const [name, content] of Object.entries({ "../home/skykoi.json": "needle token", ...files })) {
    const file = join(workspace, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return { ...toolBench({ workspace, protectedPaths: [state], env: { PATH: path } }), root, state };
};

const FILES = {
  ".gitignore": "build/\n*.log\n!keep.log\n/only-here.txt\n",
  "a.ts": "one\nneedle 1\nthree\n",
  "src/b.ts": "needle 2\n",
  "src/only-here.txt": "needle 3\n",
  "only-here.txt": "needle ignored\n",
  "build/c.ts": "needle ignored\n",
  "x.log": "needle ignored\n",
  "keep.log": "needle 4\n",
  ".hidden/d.ts": "needle ignored\n",
  "binary.bin": Buffer.from("needle\0\0\u0001\u0002"),
  "with space/e (1).md": "Needle 5\n",
};

const hasRg = await hasRipgrep(process.env["PATH"] ?? "");

describe.each([
  ...(hasRg ? [["ripgrep", () => process.env["PATH"] ?? ""] as const] : []),
  ["the system's grep", withoutRipgrep] as const,
])("a search with %s", (_name, path) => {
  it("finds lines in what is neither hidden, ignored nor binary", async () => {
    const { call } = tree(FILES, path());
    const { text, isError } = await call("grep", { pattern: "needle [0-9]" });
    expect(isError).toBe(false);
    expect(text.split("\n").toSorted((a, b) => a.localeCompare(b))).toEqual([
      "a.ts:2: needle 1",
      "keep.log:1: needle 4",
      "src/b.ts:1: needle 2",
      "src/only-here.txt:1: needle 3",
    ]);
    expect((await call("grep", { pattern: "NEEDLE", ignoreCase: true, glob: "*.md" })).text).toBe(
      "with space/e (1).md:1: Needle 5",
    );
    expect((await call("grep", { pattern: "needle", path: "a.ts", context: 1 })).text).toBe(
      "a.ts:1- one\na.ts:2: needle 1\na.ts:3- three",
    );
    expect((await call("grep", { pattern: "e (1", literal: true })).text).toBe("[nothing matches]");
    expect(await call("grep", { pattern: "(" })).toMatchObject({ isError: true });
    expect((await call("grep", { pattern: "x", path: "nowhere" })).text).toContain("no such file");
  });

  it("finds files by name", async () => {
    const { call } = tree(FILES, path());
    expect((await call("find", { pattern: "*.ts" })).text).toBe("a.ts\nsrc/b.ts");
    expect((await call("find", { pattern: "src/**" })).text).toBe("src/b.ts\nsrc/only-here.txt");
    expect((await call("find", { pattern: "*.{md,bin}", limit: 1 })).text).toMatch(
      /\[1 files are shown, there are more\]$/,
    );
    expect((await call("find", { pattern: "*.nothing" })).text).toBe("[no file has such a name]");
  });

  it("shows nothing of the gateway's state, from above, through links and under another name", async () => {
    const { call, root, state, workspace } = tree(FILES, path());
    symlinkSync(state, join(workspace, "link"));
    symlinkSync(join(state, "skykoi.json"), join(workspace, "link.json"));
    linkSync(join(state, "skykoi.json"), join(workspace, "hard.json"));
    for (const directory of [root, ".", "/proc/self/root" + root]) {
      expect((await call("grep", { pattern: "token", path: directory })).text).toBe("[nothing matches]");
      expect((await call("find", { pattern: "*.json", path: directory })).text).toBe("[no file has such a name]");
    }
    for (const target of [state, "link", "link.json", "hard.json", "/proc/self/environ"]) {
      expect((await call("grep", { pattern: ".", path: target })).text).toContain("belongs to the gateway itself");
    }
  });

  it("bounds its answer, and stops with the run", async () => {
    const { call } = tree(
      { "many.txt": "needle\n".repeat(100_000), "long.txt": `needle ${"x".repeat(1_000_000)}` },
      path(),
    );
    const { text } = await call("grep", { pattern: "needle", limit: 50 });
    expect(text.length).toBeLessThan(30_000);
    expect(text).toMatch(/\[50 lines are shown, more match;/);
    expect(await call("grep", { pattern: "x" }, { signal: AbortSignal.abort() })).toMatchObject({ isError: true });
  });
});

describe("a name pattern", () => {
  it.each([
    ["*.ts", "a/b.ts", true],
    ["*.ts", "a/b.tsx", false],
    ["/a.ts", "b/a.ts", false],
    ["a/*.ts", "a/b.ts", true],
    ["a/*.ts", "a/b/c.ts", false],
    ["a/**/c", "a/c", true],
    ["a/**/c", "a/b/b/c", true],
    ["**/x", "x", true],
    ["a?c.[a-c]{1,2}", "abc.b2", true],
    ["[!a].t", "a.t", false],
    ["a+(b).t", "a+(b).t", true],
    [String.raw`\*.t`, "*.t", true],
    [String.raw`\*.t`, "a.t", false],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(globMatcher(pattern)(path)).toBe(expected);
  });

  it("can be anything", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "*", "?", "[", "]", "{", "}", ",", "/", "\\", "!", "(", ".") }),
        (pattern) => {
          expect(typeof globMatcher(pattern)("a/b")).toBe("boolean");
        },
      ),
    );
  });
});
