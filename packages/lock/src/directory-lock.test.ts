import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isFault } from "@skykoi/fault";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { acquireLock } from "./directory-lock.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skykoi-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const attempt = () => {
  try {
    acquireLock(directory, { owner: "a test" }).release();
    return "acquired";
  } catch (thrown) {
    return isFault(thrown) ? thrown : String(thrown);
  }
};

describe("a directory lock", () => {
  it("refuses a second holder by code and names the first", () => {
    const lock = acquireLock(directory, { owner: "the first" });
    const refusal = attempt();
    lock.release();
    expect(refusal).toMatchObject({ code: "DATA_DIR_LOCKED" });
    expect(String(refusal)).toContain(`the first (process ${process.pid})`);
  });

  it("can be taken again after a release, and a second release is harmless", () => {
    const lock = acquireLock(directory, { owner: "the first" });
    lock.release();
    lock.release();
    expect(attempt()).toBe("acquired");
  });

  it("is free again when its holder was killed with SIGKILL", async () => {
    const source = new URL("./directory-lock.ts", import.meta.url).href;
    const script = `const { acquireLock } = await import(${JSON.stringify(source)});
      acquireLock(process.argv[1], { owner: "the child" }); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, directory]);
    await once(child.stdout, "data");
    expect(attempt()).toMatchObject({ code: "DATA_DIR_LOCKED" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(attempt()).toBe("acquired");
  });
});
