import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** Arguments for Node: says "held" when it has the lock, and keeps it. */
const holding = (owner: string): string[] => {
  const source = new URL("./directory-lock.ts", import.meta.url).href;
  const script = `const { acquireLock } = await import(${JSON.stringify(source)});
    acquireLock(process.argv[1], { owner: process.argv[2] }); console.log("held"); setInterval(() => {}, 1000);`;
  return ["--input-type=module", "-e", script, directory, owner];
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
    const child = spawn(process.execPath, holding("the child"));
    await once(child.stdout, "data");
    expect(attempt()).toMatchObject({ code: "DATA_DIR_LOCKED" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(attempt()).toBe("acquired");
  });

  it("is taken where a bad day left garbage in its file, and is then held like any other", () => {
    writeFileSync(join(directory, "lock.db"), "garbage ".repeat(1000));
    const lock = acquireLock(directory, { owner: "the first" });
    const refusal = attempt();
    lock.release();
    expect(refusal).toMatchObject({ code: "DATA_DIR_LOCKED" });
  });

  it("is taken on a disk without room for a single byte", async () => {
    const withoutRoom = `trap "" XFSZ; ulimit -f 0; exec "$@"`;
    const child = spawn("sh", ["-c", withoutRoom, "sh", process.execPath, ...holding("the child")]);
    const [said] = await once(child.stdout, "data");
    const refusal = attempt();
    child.kill("SIGKILL");
    expect(String(said)).toBe("held\n");
    expect(refusal).toMatchObject({ code: "DATA_DIR_LOCKED" });
  });

  it("says that a directory cannot be written to, which is not the same as being in use", () => {
    mkdirSync(join(directory, "lock.db"));
    expect(attempt()).toMatchObject({ code: "STORAGE_FAILED", message: expect.stringContaining(directory) });
  });
});
