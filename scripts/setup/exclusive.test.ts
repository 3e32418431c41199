import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { exclusively } from "./exclusive.mjs";

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "skykoi-exclusive-"));
  directory = join(parent, "lock");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const UNUSED_PID = "999999999";

describe("the set-up lock", () => {
  it("lets a second set-up begin only when the first has ended", async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    await Promise.all([exclusively(work("a"), directory), exclusively(work("b"), directory)]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("is released when the work fails", async () => {
    await expect(exclusively(() => Promise.reject(new Error("no disk")), directory)).rejects.toThrow("no disk");
    expect(existsSync(directory)).toBe(false);
  });

  it("is taken over from a set-up that was killed", async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, "pid"), UNUSED_PID);
    expect(await exclusively(() => Promise.resolve("done"), directory)).toBe("done");
  });

  it.each([
    ["whose process id a stranger has by now", String(process.pid)],
    ["that was killed before it wrote its number", undefined],
  ])("is taken over from a set-up %s, once it has given no sign of life for a while", async (_which, pid) => {
    mkdirSync(directory);
    if (pid !== undefined) writeFileSync(join(directory, "pid"), pid);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    utimesSync(directory, aMinuteAgo, aMinuteAgo);
    expect(await exclusively(() => Promise.resolve("done"), directory)).toBe("done");
  });
});
