import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../../testing/scene.ts";
import { toolBench } from "../../testing/tool-bench.ts";
import { diskFiles, type FileOperations } from "./file-operations.ts";

const scene = () => {
  const root = temporaryDirectory();
  const state = join(root, "home");
  const workspace = join(root, "koi");
  mkdirSync(state);
  mkdirSync(join(workspace, "dir"), { recursive: true });
  writeFileSync(join(state, "secret"), "token");
  writeFileSync(join(workspace, "dir", "secret"), "mine");
  /** Puts a link to the state in the place of the directory, after the path was looked at. */
  const swap = (): void => {
    renameSync(join(workspace, "dir"), join(workspace, "away"));
    symlinkSync(state, join(workspace, "dir"));
  };
  const files: FileOperations = {
    ...diskFiles,
    read: (path, signal) => {
      swap();
      return diskFiles.read(path, signal);
    },
    list: (path) => {
      swap();
      return diskFiles.list(path);
    },
    replace: (path, content, mode) => {
      swap();
      return diskFiles.replace(path, content, mode);
    },
  };
  return { ...toolBench({ workspace, protectedPaths: [state], files }), state };
};

describe("a directory that becomes a link to the gateway's state", () => {
  it.each([
    ["read", { path: "dir/secret" }],
    ["write", { path: "dir/secret", content: "overwritten" }],
    ["ls", { path: "dir" }],
  ])("between the check and the access gives %s nothing", async (tool, input) => {
    const { call, state } = scene();
    const { text, isError } = await call(tool, input);
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/changed while it was opened|links go in a circle|is a file, not/),
    ]);
    expect(text).not.toContain("token");
    expect(readFileSync(join(state, "secret"), "utf8")).toBe("token");
  });
});

describe("a file", () => {
  it("that is a hard link to the gateway's state is refused; hard links to others are open", async () => {
    const root = temporaryDirectory();
    const state = join(root, "home", "deep");
    const workspace = join(root, "koi");
    mkdirSync(state, { recursive: true });
    mkdirSync(workspace);
    writeFileSync(join(state, "secret"), "token");
    linkSync(join(state, "secret"), join(workspace, "innocent"));
    writeFileSync(join(root, "package"), "shared");
    linkSync(join(root, "package"), join(workspace, "package"));
    const { call } = toolBench({ workspace, protectedPaths: [join(root, "home")] });
    expect((await call("read", { path: "innocent" })).text).toContain("belongs to the gateway itself");
    expect((await call("edit", { path: "innocent", oldText: "t", newText: "x" })).isError).toBe(true);
    expect(await call("read", { path: "package" })).toEqual({ text: "shared", isError: false });
  });

  it("that nobody writes to is not waited for", async () => {
    const { call, workspace } = toolBench();
    execFileSync("mkfifo", [join(workspace, "pipe")]);
    expect((await call("read", { path: "pipe" })).text).toContain("is not a regular file");
  });
});
