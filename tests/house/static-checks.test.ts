import { spawn } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const LIMIT_MS = 300_000;

/** Runs a tool of the checkout on this Node; resolves to its exit code with its output. */
const run = (tool: string, args: readonly string[]): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(ROOT, "node_modules", ".bin", tool), args, { cwd: ROOT });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: output.slice(-8000) }));
  });

const passes = async (tool: string, ...args: string[]) => {
  const { code, output } = await run(tool, args);
  expect(output && code === 0 ? "" : output).toBe("");
  expect(code).toBe(0);
};

// The dashboard has JSX and the types of browsers; everything else is one program.
const PROJECTS = [".", "apps/dashboard"];

describe("the sources", () => {
  it.each(PROJECTS)("have sound types in %s", (folder) => passes("tsc", "-p", folder), LIMIT_MS);
  it("have no lint finding", () => passes("oxlint", "--deny-warnings"), LIMIT_MS);
  it("are formatted", () => passes("oxfmt", "--check", "."), LIMIT_MS);
  it("hold no unused file, export or dependency", () => passes("knip"), LIMIT_MS);
  // The package manager is pinned in scripts/setup/install.mjs instead of the field the rule asks for.
  it("name one version of every dependency", () => passes("sherif", "-r", "root-package-manager-field"), LIMIT_MS);
});
