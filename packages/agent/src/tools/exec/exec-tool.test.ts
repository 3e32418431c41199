import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { eventually, isAlive } from "../../testing/processes.ts";
import { toolBench } from "../../testing/tool-bench.ts";

const run = (command: string, more: object = {}) => toolBench().call("exec", { command, ...more });

describe("exec", () => {
  it("gives output, error output and the exit code", async () => {
    expect(await run("echo out; echo err >&2")).toEqual({ text: "out\nerr\n[exit code 0]", isError: false });
    expect(await run("printf no; exit 3")).toEqual({ text: "no\n[exit code 3]", isError: true });
    expect(await run("kill -9 $$")).toEqual({ text: "[killed by SIGKILL]", isError: true });
  });

  it("runs in the workspace or in the directory asked for", async () => {
    const { call, workspace } = toolBench();
    mkdirSync(join(workspace, "sub"));
    expect((await call("exec", { command: "pwd" })).text).toBe(`${workspace}\n[exit code 0]`);
    expect((await call("exec", { command: "pwd", workdir: "sub" })).text).toBe(`${workspace}/sub\n[exit code 0]`);
    expect((await call("exec", { command: "pwd", workdir: "nowhere" })).isError).toBe(true);
  });

  it("passes on a few harmless variables and what was asked for, and no secret", async () => {
    const env = {
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: "/root",
      SKYKOI_GATEWAY_TOKEN: "s1",
      AWS_SECRET_ACCESS_KEY: "s2",
      OPENAI_API_KEY: "s3",
    };
    const { call, workspace } = toolBench({ env });
    const { text } = await call("exec", { command: "env", env: { GREETING: "hello" } });
    const names = text.split("\n").map((line) => line.split("=")[0]);
    const own = new Set(["SHLVL", "_", "PWD", "OLDPWD", "[exit code 0]", "KOI_PROCESS"]);
    expect(names.filter((name) => !own.has(name ?? "")).toSorted((a = "", b = "") => a.localeCompare(b))).toEqual([
      "GREETING",
      "HOME",
      "LANG",
      "PATH",
      "TERM",
    ]);
    expect(text).toContain(`HOME=${workspace}\n`);
    expect(text).toContain("GREETING=hello\n");
    expect(text).toContain("LANG=C.UTF-8\n");
    expect(text).not.toMatch(/=s1|=s2|=s3|TOKEN|AWS|OPENAI/);
  });

  it("has no standard input to wait for", async () => {
    expect((await run("cat; echo end")).text).toBe("end\n[exit code 0]");
  });

  it("keeps characters whole, leaves colours out and joins both streams", async () => {
    expect((await run("printf '\\033[31m\\303'; sleep 0.05; printf '\\244\\033[0m\\n'")).text).toBe("ä\n[exit code 0]");
  });

  it("bounds endless output in memory and shows its head and its tail", async () => {
    const before = process.memoryUsage().rss;
    const { text, isError } = await run("echo first; yes", { timeoutSeconds: 1 });
    expect(isError).toBe(true);
    expect(text.length).toBeLessThan(51_000);
    expect(text).toMatch(/^first\ny\n/);
    expect(text).toMatch(
      /bytes left out …\]\n[y\n]+\[stopped after the time limit of 1 s; the whole output: process log \w+\]$/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it("ends a command that ignores SIGTERM, and all it started, when the time is over", async () => {
    const { call, workspace } = toolBench();
    const command =
      "trap '' TERM; echo $$ > pids; (trap '' TERM; echo $BASHPID >> pids; sleep 300) & while true; do sleep 0.1; done";
    const { text } = await call("exec", { command, timeoutSeconds: 1 });
    expect(text).toBe("[stopped after the time limit of 1 s]");
    const pids = readFileSync(join(workspace, "pids"), "utf8").trim().split("\n").map(Number);
    expect(pids.length).toBe(2);
    await eventually(() => !pids.some(isAlive));
  });

  it("stops quickly where everything obeys SIGTERM, although its dead are still there", async () => {
    const stop = new AbortController();
    const command = "echo up; sleep 300 | cat; echo never";
    const started = { atMs: 0 };
    const update = (): void => {
      started.atMs = Date.now();
      stop.abort();
    };
    const { text } = await toolBench().call("exec", { command }, { signal: stop.signal, update });
    expect(text).toBe("up\n[stopped before it was finished]");
    expect(Date.now() - started.atMs).toBeLessThan(1_500);
  });

  it("does not wait for a process left in the background, and leaves it running", async () => {
    const { call } = toolBench();
    const { text } = await call("exec", { command: "sleep 300 & echo $!" });
    const pid = Number(text.split("\n")[0]);
    expect(text).toMatch(/^\d+\n\[exit code 0\]$/);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
    await eventually(() => !isAlive(pid));
  });

  it("answers for a command that cannot be started", async () => {
    expect(await run(`true ${"x".repeat(3_000_000)}`)).toEqual({
      text: expect.stringMatching(/could not be started: .*E2BIG/),
      isError: true,
    });
  });

  it("does nothing when it is already stopped", async () => {
    const result = await toolBench().call("exec", { command: "echo no" }, { signal: AbortSignal.abort() });
    expect(result).toEqual({ text: "[stopped before it was finished]", isError: true });
  });
});
