import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { isAlive } from "../../testing/processes.ts";
import { temporaryDirectory } from "../../testing/scene.ts";
import { testProcesses, toolBench } from "../../testing/tool-bench.ts";
import { createCommandUser } from "./command-user.ts";

const isRoot = process.getuid?.() === 0;
const hasSudo = isRoot && spawnSync("sudo", ["-n", "-u", "nobody", "--", "true"]).status === 0;

/** The gateway's state as the configuration writes it, and a workspace that the other user may use. */
const scene = (user = createCommandUser("nobody")) => {
  const root = temporaryDirectory();
  const state = join(root, "home");
  const workspace = join(root, "koi");
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(state, "skykoi.json"), "token", { mode: 0o600 });
  mkdirSync(workspace);
  chmodSync(root, 0o711);
  chmodSync(workspace, 0o777);
  const processes = testProcesses({ user });
  const { call } = toolBench({ workspace, protectedPaths: [state], processesOf: () => processes });
  return {
    state,
    processes,
    run: async (command: string, input: object = {}) => (await call("exec", { command, ...input })).text,
  };
};

const missing = [isRoot ? undefined : "root", hasSudo ? undefined : "sudo"].filter((name) => name !== undefined);

if (isRoot && missing.length > 0 && process.env["CI"] !== undefined) {
  throw new Error(`Not installed: ${missing.join(" and ")}.`);
}

describe(`commands of another Unix user${missing.length > 0 ? ` (partly skipped: without ${missing.join(" and ")})` : ""}`, () => {
  describe.each([
    ["by a gateway that is root", isRoot, () => createCommandUser("nobody", true)] as const,
    ["through sudo", hasSudo, () => createCommandUser("nobody", false)] as const,
  ])("%s", (_name, possible, user) => {
    it.runIf(possible)("run as that user, in no other group, with the variables of the call", async () => {
      const { run } = scene(user());
      expect(await run("id -un; id -G; echo $USER $A; pwd | grep -c koi", { env: { A: "b c" } })).toMatch(
        /^nobody\n\d+\nnobody b c\n1\n\[exit code 0\]$/,
      );
    });

    it.runIf(possible)("cannot read the state, its token or the gateway's environment", async () => {
      const { run, state } = scene(user());
      const text = await run(
        `cat ${state}/skykoi.json; ls ${state}; cat /proc/${process.pid}/environ; cat /proc/${process.pid}/mem; touch ${state}/x`,
      );
      expect(text.match(/Permission denied/g)).toHaveLength(5);
      expect(text).not.toContain("token");
    });

    it.runIf(possible)("cannot signal the gateway", async () => {
      const { run } = scene(user());
      expect(await run(`kill -0 ${process.pid}`)).toMatch(/not permitted[^]*\[exit code 1\]$/);
    });

    it.runIf(possible)("are ended with all they started when the time is over", async () => {
      const { run, processes } = scene(user());
      const text = await run("trap '' TERM; setsid sleep 311 & echo $!; sleep 312", { timeoutSeconds: 1 });
      expect(text).toContain("[stopped after the time limit of 1 s]");
      expect(isAlive(Number(text.split("\n")[0]))).toBe(false);
      expect(await processes.list()).toEqual([]);
    });

    it.runIf(possible)("have a terminal, too", async () => {
      const { run } = scene(user());
      expect(await run("id -un; test -t 0 && echo yes", { pty: true, env: { PATH: "/usr/bin:/bin" } })).toBe(
        "nobody\nyes\n[exit code 0]",
      );
    });
  });

  it.runIf(isRoot)("that does not exist or is root is an answer, and nothing runs as the gateway instead", async () => {
    expect(await scene(createCommandUser("no-such-user-here")).run("id")).toContain("which this machine does not have");
    expect(await scene(createCommandUser("root")).run("id")).toContain("which is root");
  });
});
