import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { clockReason, diskReason, eventLoopReason, isWritable, memoryReason } from "./host-checks.ts";

const MB = 1024 * 1024;

describe("a check of the machine", () => {
  it.each([
    ["nothing held up", { p99Ms: 20, load: 0.1 }, undefined],
    ["held up", { p99Ms: 1500, load: 0.5 }, "answers late: its event loop was held up for 1500 ms"],
    ["no room", { p99Ms: 20, load: 0.95 }, "hardly any free time"],
  ])("of the event loop, %s", (_what, seen, reason) => {
    const said = eventLoopReason(seen);
    if (reason === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(reason);
  });

  it("of memory speaks up before the limit is reached, and has a limit by itself", () => {
    expect(memoryReason(80 * MB, 100 * MB)).toBeUndefined();
    expect(memoryReason(95 * MB, 100 * MB)).toBe("The gateway uses 95 MB of the 100 MB of memory it may use.");
    expect(memoryReason(process.memoryUsage.rss())).toBeUndefined();
  });

  it.each([
    [30_000, 30_000, undefined],
    [30_000, 1000, undefined],
    [86_430_000, 30_000, "The clock of this machine jumped forward by 86400 s."],
    [-3_570_000, 30_000, "The clock of this machine jumped back by 3600 s."],
  ])("of the clock: %i ms on the wall in %i steady ms", (wallMs, steadyMs, reason) => {
    expect(clockReason(wallMs, steadyMs)).toBe(reason);
  });

  it("of the disk leaves nothing behind and says when the directory is gone", async () => {
    const home = mkdtempSync(join(tmpdir(), "koi-health-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    expect([await diskReason(home), await isWritable(home), readdirSync(home)]).toEqual([undefined, true, []]);
    expect(await diskReason(join(home, "gone"))).toMatch(/it is gone/);
    expect(await isWritable(join(home, "gone"))).toBe(false);
  });
});
