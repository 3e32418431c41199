import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../../testing/scene.ts";
import { toolBench } from "../../testing/tool-bench.ts";

const guarded = () => {
  const root = temporaryDirectory();
  const state = join(root, "home");
  const workspace = join(root, "koi");
  mkdirSync(join(state, "agents"), { recursive: true });
  mkdirSync(workspace);
  writeFileSync(join(state, "skykoi.json"), "token");
  return { ...toolBench({ workspace, protectedPaths: [state] }), root, state };
};

const refusal = expect.stringContaining("belongs to the gateway itself");

describe("the gateway's state", () => {
  it("is refused to every file tool and as a working directory", async () => {
    const { call, state } = guarded();
    const path = join(state, "skykoi.json");
    for (const result of [
      await call("read", { path }),
      await call("write", { path, content: "" }),
      await call("edit", { path, oldText: "token", newText: "x" }),
      await call("ls", { path: state }),
      await call("write", { path: join(state, "new", "file"), content: "" }),
      await call("exec", { command: "ls", workdir: state }),
    ]) {
      expect(result).toEqual({ isError: true, text: refusal });
    }
  });

  it("is refused by a relative path, by `~`, and through symbolic links of files and directories", async () => {
    const { call, state, workspace } = guarded();
    symlinkSync(join(state, "skykoi.json"), join(workspace, "innocent.md"));
    symlinkSync(state, join(workspace, "dir"));
    symlinkSync("dir", join(workspace, "dir2"));
    for (const path of [
      "../home/skykoi.json",
      "~/../home/skykoi.json",
      "innocent.md",
      "dir/skykoi.json",
      "dir2/agents/new",
    ]) {
      expect((await call("read", { path })).text).toEqual(refusal);
      expect((await call("write", { path, content: "x" })).text).toEqual(refusal);
    }
  });

  it("is refused where the protected path itself is a link", async () => {
    const { root, state, workspace } = guarded();
    const alias = join(root, "alias");
    symlinkSync(state, alias);
    const { call } = toolBench({ workspace, protectedPaths: [alias] });
    expect((await call("read", { path: join(state, "skykoi.json") })).text).toEqual(refusal);
  });

  it("is not found in the state of processes either", async () => {
    const { call } = guarded();
    for (const path of ["/proc/self/environ", `/proc/${process.pid}/environ`, "/proc/thread-self/environ"]) {
      expect((await call("read", { path })).text).toEqual(refusal);
    }
  });
});

describe("paths", () => {
  it("start in the workspace, know `~`, and may be absolute; neighbours of protected names are open", async () => {
    const { call, root, workspace } = guarded();
    mkdirSync(join(root, "home-sweet-home"));
    writeFileSync(join(root, "home-sweet-home", "f"), "hi");
    writeFileSync(join(workspace, "f"), "hi");
    for (const path of ["f", "~/f", join(workspace, "f"), "x/../f"]) {
      expect(await call("read", { path })).toEqual({ text: "hi", isError: false });
    }
    // What is not the agent's own is open, and marked as data.
    const neighbour = await call("read", { path: "../home-sweet-home/f" });
    expect(neighbour).toMatchObject({ text: expect.stringMatching(/<untrusted[\s\S]*\nhi\n/), isError: false });
  });

  it("that no file system can have are answered", async () => {
    const { call } = guarded();
    expect(await call("read", { path: "a\0b" })).toMatchObject({ isError: true });
    expect((await call("read", { path: "x".repeat(5_000) })).text).toContain("the name is too long");
  });
});
