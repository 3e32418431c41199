import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "@skykoi/log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { resolveModel } from "../../bootstrap/model-settings.ts";
import { writeStandIn } from "../../testing/stand-in.ts";
import { endLeftBehind } from "./left-behind.ts";
import { createLocalDriver } from "./local-driver.ts";

let directory: string;
let started: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skykoi-left-"));
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** As a command of an agent: in a group of its own, with the workspace as its home. */
const command = async (home: string, script = "echo on; sleep 60"): Promise<ChildProcess> => {
  const env = { PATH: process.env.PATH, HOME: home };
  const child = spawn("/bin/sh", ["-c", script], { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  started.push(child);
  if (child.stdout) await once(child.stdout, "data");
  return child;
};

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const over = async (child: ChildProcess): Promise<void> => {
  if (!isOver(child)) await once(child, "exit");
};

describe.runIf(process.platform === "linux")("what an agent's commands leave running", () => {
  it("ends, also when it does not want to, and the neighbours' goes on", async () => {
    const polite = await command(join(directory, "a"));
    const stubborn = await command(join(directory, "a"), "trap '' TERM; echo on; while :; do sleep 0.05; done");
    const neighbour = await command(join(directory, "ab"));
    await endLeftBehind(join(directory, "a"), { graceMs: 100 });
    await Promise.all([polite, stubborn].map(over));
    expect(isOver(neighbour)).toBe(false);
  });

  it("is gone when the local driver has terminated its instance", async () => {
    const driver = createLocalDriver({
      directory: join(directory, "instances"),
      koiBundle: writeStandIn(directory, "listening"),
      enrolUrl: "http://127.0.0.1:1",
      model: resolveModel({}),
      env: { PATH: process.env.PATH },
      log: silentLogger,
    });
    const placement = await driver.place("ins_a");
    await driver.launch({ instanceId: "ins_a", launchId: "1.1", enrolmentToken: "enr_a", placement });
    const child = await command(String(placement.workspace));
    await driver.terminate({ instanceId: "ins_a", externalId: null });
    await over(child);
    await driver.close();
  });
});
