import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { runQuietly } from "./child.mjs";

const pidIn = (file: string): number => Number(readFileSync(file, "utf8"));

describe("a command that is run quietly", () => {
  it("fails with its sentence and its exit code", async () => {
    const command = runQuietly(process.execPath, ["-e", "process.exit(3)"], { failure: "It could not be built" });
    await expect(command).rejects.toThrow("It could not be built (exit code 3).");
  });

  it("ends with the script that runs it, also when only the script is told to stop", async () => {
    const directory = mkdtempSync(join(tmpdir(), "skykoi-child-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const pidFile = join(directory, "pid");
    const command = `require("node:fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000);`;
    const script = `const { runQuietly } = await import(${JSON.stringify(new URL("./child.mjs", import.meta.url).href)});
      await runQuietly(process.execPath, ["-e", ...process.argv.slice(1)], { failure: "It failed" });`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script, command, pidFile]);
    await vi.waitFor(() => expect(pidIn(pidFile)).toBeGreaterThan(0), { timeout: 10_000 });

    parent.kill("SIGTERM");
    expect(await once(parent, "exit")).toEqual([143, null]);
    expect(() => process.kill(pidIn(pidFile), 0)).toThrow("ESRCH");
  });
});
