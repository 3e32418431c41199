import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { eventually, isAlive } from "../../testing/processes.ts";
import { temporaryDirectory } from "../../testing/scene.ts";
import { testProcesses, toolBench } from "../../testing/tool-bench.ts";
import type { ProcessInfo } from "./process-info.ts";
import { createProcessRegistry, type ProcessRegistryOptions } from "./process-registry.ts";

const bench = (options: Partial<ProcessRegistryOptions> = {}, more: { execBackgroundMs?: number } = {}) => {
  const directory = join(temporaryDirectory(), "processes");
  const processes = testProcesses({ directory, ...options });
  const tools = toolBench({ processesOf: () => processes, ...more });
  const act = async (action: string, id?: string, input: object = {}): Promise<string> =>
    (await tools.call("process", { action, ...(id !== undefined && { id }), ...input })).text;
  const begin = async (command: string, input: object = {}): Promise<string> => {
    const { text } = await tools.call("exec", { command, background: true, ...input });
    return / as process (\w+)\]$/.exec(text)?.[1] ?? text;
  };
  /** What the process says, gathered until it matches. */
  const hears = async (id: string, expected: RegExp): Promise<string> => {
    let heard = "";
    const endMs = Date.now() + 10_000;
    while (!expected.test(heard)) {
      if (Date.now() > endMs) throw new Error(`not heard: ${expected.source} in ${JSON.stringify(heard)}`);
      heard += (await act("poll", id, { waitSeconds: 1 })).replace(/\[running\]$/, "");
    }
    return heard;
  };
  return { ...tools, processes, directory, act, begin, hears };
};

describe("a background process", () => {
  it("is listed, polled for what is new, and tells how it ended", async () => {
    const { begin, act, hears } = bench();
    const id = await begin("echo one; read line; echo got $line; exit 4");
    await hears(id, /^one\n$/);
    expect(await act("list")).toMatch(new RegExp(`^${id}  running, for \\d+ s  echo one; read line`));
    expect(await act("write", id, { text: "two\n" })).toMatch(/^(got two\n)?\[(running|exit code 4)\]$/);
    await hears(id, /\[exit code 4\]/);
    expect(await act("poll", id)).toBe("[exit code 4]");
    expect(await act("list")).toContain("exit code 4, after");
    expect(await act("write", id, { text: "x" })).toBe("The process has ended.");
  });

  it("is what a command becomes that takes long, without being started again", async () => {
    const { call, act, hears } = bench({}, { execBackgroundMs: 100 });
    const { text, isError } = await call("exec", { command: "echo start; sleep 0.4; echo end" });
    expect(isError).toBe(false);
    expect(text).toMatch(/^start\n\[still running after 0\.1 s; in the background as process \w+\]$/);
    const id = /process (\w+)/.exec(text)?.[1] ?? "";
    expect(await hears(id, /exit code/)).toBe("end\n[exit code 0]");
    expect(await act("log", id)).toBe("start\nend\n[exit code 0]");
  });

  it("goes on when the run that started it is stopped", async () => {
    const { call, processes } = bench();
    const stop = new AbortController();
    await call("exec", { command: "sleep 300", background: true }, { signal: stop.signal });
    stop.abort();
    const [info] = await processes.list();
    expect(info?.end).toBeUndefined();
    expect(isAlive(info?.pid ?? 0)).toBe(true);
  });

  it("is killed with everything it started, also what left its process group", async () => {
    const { begin, act, hears } = bench();
    const id = await begin(
      "trap '' TERM; setsid bash -c 'echo $$; exec sleep 301' & (setsid setsid -f bash -c 'echo $$; exec sleep 302'); while true; do sleep 1; done",
    );
    const pids = (await hears(id, /\d+\n\d+\n/)).trim().split("\n").map(Number);
    expect(pids.filter(isAlive)).toHaveLength(2);
    expect(await act("kill", id)).toBe("[stopped on request]");
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await act("remove", id)).toContain("is forgotten");
    expect(await act("list")).toBe("There are no background processes.");
  });

  it("has what it left behind ended by a kill after its own end", async () => {
    const { begin, act, hears } = bench();
    const id = await begin("sleep 303 & echo $!");
    const pid = Number((await hears(id, /exit code 0/)).split("\n")[0]);
    expect(isAlive(pid)).toBe(true);
    await act("kill", id);
    expect(isAlive(pid)).toBe(false);
  });

  it("keeps a log that can be read by lines, bounded on the disk, with its end", async () => {
    const { begin, act, hears, directory } = bench({ maxLogBytes: 100_000 });
    const id = await begin("seq 1 200000; echo the end");
    await hears(id, /exit code 0/);
    expect(await act("log", id, { offset: 1000, limit: 3 })).toBe(
      "1000\n1001\n1002\n[more follow; continue with offset 1003; exit code 0]",
    );
    expect(await act("log", id, { tail: 2 })).toBe("200000\nthe end\n[exit code 0]");
    expect(await act("log", id, { offset: 500_000 })).toMatch(/^The log has \d+ lines so far/);
    expect(statSync(join(directory, `${id}.log`)).size).toBeLessThan(150_000);
    expect(statSync(join(directory, `${id}.log`)).mode & 0o777).toBe(0o600);
  });

  it("writes a gigabyte without filling memory or disk", async () => {
    const { begin, processes, directory } = bench({ maxLogBytes: 1_000_000 });
    const before = process.memoryUsage().rss;
    const id = await begin("head -c 1000000000 /dev/zero | tr '\\0' x; echo; echo done");
    await processes.get(id)?.ended;
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    expect(statSync(join(directory, `${id}.log`)).size).toBeLessThan(1_100_000);
    expect(readFileSync(join(directory, `${id}.log`), "utf8")).toMatch(/x\ndone\n$/);
  });

  it("that cannot be had answers why", async () => {
    const { begin, call } = bench({ maxRunning: 1 });
    await begin("sleep 300");
    expect((await call("exec", { command: "echo no" })).text).toContain("1 processes run already; end one of them");
    expect((await call("process", { action: "poll", id: "nope" })).text).toMatch(
      /^There is no process nope\. \w+  running/,
    );
  });

  it("without an input says how to get one", async () => {
    const { call, act } = bench({}, { execBackgroundMs: 50 });
    const { text } = await call("exec", { command: "sleep 300" });
    const id = /process (\w+)/.exec(text)?.[1];
    expect(await act("write", id, { text: "x" })).toContain("background: true");
  });
});

describe("a terminal", () => {
  it("is one to the program in it, has a size, and keys arrive", async () => {
    const { begin, act, hears } = bench();
    const id = await begin("test -t 0 && test -t 1 && stty size && cat", { pty: true });
    await hears(id, /40 120\n/);
    expect(await act("write", id, { text: "hello\n" })).toBe("hello\nhello\n[running]");
    expect(await act("send-keys", id, { keys: ["hyper-x"] })).toContain("No such key: hyper-x");
    await act("send-keys", id, { keys: ["ctrl-c"] });
    expect(await act("poll", id, { waitSeconds: 5 })).toMatch(/\[killed by SIGINT\]|\[exit code 130\]/);
  });

  it("runs an interactive Python", async () => {
    const { begin, act, hears } = bench();
    const id = await begin("python3 -q", { pty: true });
    await hears(id, />>> /);
    await act("send-keys", id, { keys: ["6", "*", "7", "enter"] });
    expect(await act("log", id)).toMatch(/>>> 6\*7\n42\n/);
    await act("send-keys", id, { keys: ["ctrl-d"] });
    expect(await act("poll", id, { waitSeconds: 5 })).toContain("[exit code 0]");
  });

  it("works for a command that is waited for, and ends with its shell", async () => {
    const { call } = bench();
    const { text } = await call("exec", { command: "tty | cut -c1-8; sleep 300 & exit 3", pty: true });
    expect(text).toBe("/dev/pts\n[exit code 3]");
  });

  it("says what is missing where there is no Python", async () => {
    const { call } = bench();
    const { text, isError } = await call("exec", { command: "true", pty: true, env: { PATH: "/nowhere" } });
    expect([text, isError]).toEqual([expect.stringContaining("a terminal needs python3"), true]);
  });
});

const registry = (directory: string) => createProcessRegistry({ directory, killGraceMs: 200 });

describe("a registry", () => {
  const spec = {
    directory: "/tmp",
    environment: { PATH: process.env["PATH"] ?? "" },
    input: "none" as const,
    runId: "run_1",
    sessionKey: "agent:main:main",
    timeoutMs: undefined,
  };

  it("ends everything when it is closed, and starts nothing any more", async () => {
    const directory = temporaryDirectory();
    const processes = registry(directory);
    const running = await processes.start({ ...spec, command: "trap '' TERM; sleep 300 & sleep 300" });
    await processes.keep(running);
    await processes.close();
    expect(isAlive(running.info().pid ?? 0)).toBe(false);
    expect((await (await processes.start({ ...spec, command: "true" })).ended).kind).toBe("not-started");
    const [later] = await registry(directory).list();
    expect(later?.end).toEqual({ kind: "aborted" });
  });

  it("that follows one that was killed lists its processes as lost and ends what still runs", async () => {
    const directory = temporaryDirectory();
    const first = registry(directory);
    const running = await first.start({ ...spec, command: "sleep 304" });
    await first.keep(running);
    const second = registry(directory);
    const [info] = await second.list();
    expect(info).toMatchObject({ id: running.id, end: { kind: "lost" } });
    expect(isAlive(running.info().pid ?? 0)).toBe(false);
    await first.close();
  });

  it("leaves a stranger alone that has the process id of a lost one", async () => {
    const directory = temporaryDirectory();
    const first = registry(directory);
    const running = await first.start({ ...spec, command: "sleep 305" });
    await first.keep(running);
    const path = join(directory, `${running.id}.json`);
    const record: ProcessInfo = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...record, pidStartedAt: "1" }));
    expect((await registry(directory).list())[0]?.end).toEqual({ kind: "lost" });
    expect(isAlive(running.info().pid ?? 0)).toBe(true);
    await first.close();
  });

  it("tells the end of kept processes once, and forgets the oldest with their files", async () => {
    const directory = temporaryDirectory();
    const processes = createProcessRegistry({ directory, maxEnded: 2 });
    const told: string[] = [];
    processes.onExit(({ command, end }) => told.push(`${command} ${end?.kind}`));
    for (const command of ["exit 1", "exit 2", "exit 3"]) {
      const started = await processes.start({ ...spec, command });
      await processes.keep(started);
      await started.ended;
      await eventually(() => told.length === Number(command.at(-1)));
    }
    await (
      await processes.start({ ...spec, command: "true" })
    ).ended;
    expect(told).toEqual(["exit 1 exited", "exit 2 exited", "exit 3 exited"]);
    await processes.close();
    expect((await processes.list()).map(({ command }) => command)).toEqual(["exit 2", "exit 3"]);
    expect(readdirSync(directory).filter((name) => name.endsWith(".json"))).toHaveLength(2);
  });

  it("writes nothing for a command that ends in its tool call", async () => {
    const directory = join(temporaryDirectory(), "processes");
    const processes = registry(directory);
    const { call } = toolBench({ processesOf: () => processes });
    await call("exec", { command: "seq 1 1000" });
    expect(existsSync(directory)).toBe(false);
  });
});
