import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "@skykoi/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { resolveModel } from "../../bootstrap/model-settings.ts";
import { writeStandIn } from "../../testing/stand-in.ts";
import { describeDriver } from "../contract.ts";
import type { Driver } from "../driver.ts";
import { createLocalDriver, type LocalDriverOptions } from "./local-driver.ts";
import { identityOf } from "./process-identity.ts";

const WAIT = { timeout: 10_000, interval: 20 };
const ID = "ins_local";
const REF = { instanceId: ID, externalId: null };

let directory: string;
const drivers: Driver[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skykoi-local-"));
});
afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  rmSync(directory, { recursive: true, force: true });
});

const open = (options: Partial<LocalDriverOptions> & { program?: Parameters<typeof writeStandIn>[1] } = {}): Driver => {
  const { program = "listening", ...overrides } = options;
  const driver = createLocalDriver({
    directory: join(directory, "instances"),
    koiBundle: writeStandIn(directory, program),
    enrolUrl: "http://127.0.0.1:1",
    model: resolveModel({}),
    env: { PATH: process.env.PATH },
    log: silentLogger,
    cleanEndGraceMs: 50,
    ...overrides,
  });
  drivers.push(driver);
  return driver;
};

const launch = async (driver: Driver, launchId = "1.1") =>
  driver.launch({ instanceId: ID, launchId, enrolmentToken: "enr_secret", placement: await driver.place(ID) });

const addressOf = async (driver: Driver): Promise<{ pid: number; http: string }> => {
  const seen = await driver.observe(REF);
  if (seen.kind !== "running" || seen.gatewayUrl === null) throw new Error(`it is ${seen.kind}`);
  return { pid: Number(seen.externalId.split(":")[0]), http: seen.gatewayUrl.replace("ws:", "http:") };
};

interface Answer {
  readonly pid: number;
  readonly args: string[];
  readonly env: Record<string, string>;
}

const answer = (driver: Driver): Promise<Answer> =>
  vi.waitFor(async () => {
    const parsed: Answer = JSON.parse(await (await fetch((await addressOf(driver)).http)).text());
    return parsed;
  }, WAIT);

const crash = async (driver: Driver): Promise<void> => {
  await answer(driver);
  const { http, pid } = await addressOf(driver);
  await fetch(`${http}/crash`).catch(() => undefined);
  await vi.waitFor(() => expect(identityOf(pid)).toBeUndefined(), WAIT);
};

describeDriver("local", async () => {
  const driver = open();
  const pidOf = async (instanceId: string): Promise<number> => {
    const seen = await driver.observe({ instanceId, externalId: null });
    return seen.kind === "running" ? Number(seen.externalId.split(":")[0]) : Number.NaN;
  };
  return {
    driver,
    crash: async (instanceId) => void process.kill(await pidOf(instanceId), "SIGKILL"),
    dispose: () => driver.close(),
  };
});

describe("the local driver", () => {
  it("runs koi with a home of its own and the one-time token for nobody else to read", async () => {
    const driver = open();
    await launch(driver);
    const home = join(directory, "instances", ID, "home");
    const { args, env } = await answer(driver);
    expect(args).toEqual(["instance", "run"]);
    expect(env).toMatchObject({ SKYKOI_HOME: home });
    const enrolment = join(home, "enrolment.json");
    expect(JSON.parse(readFileSync(enrolment, "utf8"))).toEqual({ url: "http://127.0.0.1:1", token: "enr_secret" });
    expect(statSync(enrolment).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it("hands nothing of the platform's environment to an instance but what is on the list", async () => {
    const secrets = {
      DATABASE_URL: "x",
      SKYKOI_SECRET_KEY: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      SKYKOI_MODEL_API_KEY: "x",
    };
    const driver = open({ env: { ...secrets, PATH: "/usr/bin", LANG: "C" } });
    await launch(driver);
    const { env } = await answer(driver);
    // macOS adds a variable of its own to every process.
    const names = Object.keys(env).filter((name) => !name.startsWith("__CF"));
    expect(names.toSorted()).toEqual([
      "LANG",
      "MALLOC_ARENA_MAX",
      "MALLOC_TRIM_THRESHOLD_",
      "PATH",
      "SKYKOI_GATEWAY_PORT",
      "SKYKOI_HOME",
    ]);
  });

  it("ends a process whose directory was removed, so that a new launch finds nothing in its way", async () => {
    const driver = open();
    await launch(driver);
    const { pid } = await answer(driver);
    rmSync(join(directory, "instances", ID), { recursive: true });
    expect(await driver.observe(REF)).toEqual({ kind: "absent" });
    expect(identityOf(pid)).toBeUndefined();
    await launch(driver, "2.1");
    expect((await answer(driver)).pid).not.toBe(pid);
  });

  it("keeps an instance's port over stops and restarts", async () => {
    const driver = open();
    const { gatewayUrl } = await launch(driver);
    await driver.stop(REF);
    expect((await driver.start(REF)).gatewayUrl).toBe(gatewayUrl);
  });

  it("chooses another port when somebody took it meanwhile", async () => {
    const driver = open();
    const { gatewayUrl } = await launch(driver);
    await driver.stop(REF);
    const thief = await listenOn(Number(new URL(gatewayUrl ?? "").port));
    const again = await driver.start(REF);
    thief.close();
    expect(again.gatewayUrl).not.toBe(gatewayUrl);
    expect((await answer(driver)).env.SKYKOI_GATEWAY_PORT).toBe(new URL(again.gatewayUrl ?? "").port);
  });

  it("chooses another port after koi itself found it taken", async () => {
    const driver = open();
    const placement = await driver.place(ID);
    const thief = await listenOn(Number(placement.port));
    await driver.launch({ instanceId: ID, launchId: "1.1", enrolmentToken: "enr_x", placement });
    const seen = await vi.waitFor(async () => {
      const state = await driver.observe(REF);
      if (state.kind !== "stopped") throw new Error(state.kind);
      return state;
    }, WAIT);
    thief.close();
    expect(seen.exit).toMatchObject({ reason: { code: "PORT_IN_USE" }, retry: "now" });
    expect((await driver.place(ID)).port).not.toBe(placement.port);
  });
});

describe("when its process ends, the local driver", () => {
  it("quotes the last words for people of a crashed gateway, without secrets", async () => {
    const driver = open({ program: "crashing" });
    await launch(driver);
    await vi.waitFor(async () => {
      const state = await driver.observe(REF);
      const message = state.kind === "stopped" ? state.exit?.reason.message : undefined;
      expect(message).toBe("The gateway ended with code 1. Its last words: “No luck with [redacted].”");
    }, WAIT);
  });

  it("kills what does not end when asked", async () => {
    const driver = open({ program: "stubborn", stopGraceMs: 200 });
    await launch(driver);
    const { pid } = await answer(driver);
    await driver.stop(REF);
    expect(identityOf(pid)).toBeUndefined();
  });

  it("leaves neither a process nor a file of a terminated instance", async () => {
    const driver = open();
    await launch(driver);
    const { pid } = await answer(driver);
    await driver.terminate(REF);
    expect(identityOf(pid)).toBeUndefined();
    expect(existsSync(join(directory, "instances", ID))).toBe(false);
    expect(existsSync(join(directory, "instances", ".trash", ID))).toBe(false);
  });

  it("ends every child when it is closed, and says afterwards that they were stopped on request", async () => {
    const driver = open();
    await launch(driver);
    const { pid } = await answer(driver);
    await driver.close();
    expect(identityOf(pid)).toBeUndefined();
    expect(await open().observe(REF)).toMatchObject({ kind: "stopped", exit: null });
  });

  it("does not call it a crash when Ctrl-C ends the instances a moment before the driver is closed", async () => {
    const driver = open({ cleanEndGraceMs: 10_000 });
    const told: string[] = [];
    driver.onExit((instanceId) => told.push(instanceId));
    await launch(driver);
    const { pid } = await answer(driver);
    process.kill(pid, "SIGTERM");
    await vi.waitFor(async () => expect((await driver.observe(REF)).kind).toBe("stopped"), WAIT);
    await driver.close();
    expect(told).toEqual([]);
    expect(await open().observe(REF)).toMatchObject({ kind: "stopped", exit: null });
  });

  it("tells of a clean end that nobody asked for, after its grace", async () => {
    const driver = open();
    const told: string[] = [];
    driver.onExit((instanceId) => told.push(instanceId));
    await launch(driver);
    process.kill((await answer(driver)).pid, "SIGTERM");
    await vi.waitFor(() => expect(told).toEqual([ID]), WAIT);
    expect(await driver.observe(REF)).toMatchObject({ exit: { retry: "now" } });
  });
});

describe("in a bad state of the disk, the local driver", () => {
  it("fails by name when koi was not built", async () => {
    const driver = open({ koiBundle: join(directory, "missing.mjs") });
    await expect(launch(driver)).rejects.toMatchObject({ code: "PROGRAM_MISSING" });
  });

  it("finishes a removal that was interrupted", async () => {
    const trash = join(directory, "instances", ".trash", ID);
    const driver = open();
    await launch(driver);
    await driver.close();

    mkdirSync(join(directory, "instances", ".trash"));
    renameSync(join(directory, "instances", ID), trash);
    expect(await open().list()).toEqual([]);
    await vi.waitFor(() => expect(existsSync(trash)).toBe(false), WAIT);
  });
});

describe("after the platform was killed with SIGKILL, the local driver", () => {
  let platform: ChildProcess;

  /** A platform process of its own, launching through the same driver, killed without a chance to clean up. */
  const launchAndKillPlatform = async (): Promise<number> => {
    const script = `
      const { createLocalDriver } = await import(${JSON.stringify(new URL("./local-driver.ts", import.meta.url).href)});
      const { silentLogger } = await import(${JSON.stringify(import.meta.resolve("@skykoi/log"))});
      const driver = createLocalDriver({
        directory: process.argv[1], koiBundle: process.argv[2], enrolUrl: "http://127.0.0.1:1",
        model: { kind: "offline", ref: "offline/demo", demo: true }, env: {}, log: silentLogger,
      });
      const placement = await driver.place("${ID}");
      const machine = await driver.launch({ instanceId: "${ID}", launchId: "1.1", enrolmentToken: "enr_x", placement });
      process.stdout.write(machine.externalId);
      setInterval(() => {}, 1000);`;
    const bundle = writeStandIn(directory, "listening");
    const args = ["--input-type=module", "-e", script, join(directory, "instances"), bundle];
    platform = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const externalId = platform.stdout ? String((await once(platform.stdout, "data"))[0]) : "";
    platform.kill("SIGKILL");
    await once(platform, "exit");
    return Number(externalId.split(":")[0]);
  };

  it("adopts the gateway that survived, notices its end and can stop it", async () => {
    const pid = await launchAndKillPlatform();
    const driver = open();
    expect(await driver.observe(REF)).toMatchObject({ kind: "running", launchId: "1.1" });
    expect((await answer(driver)).pid).toBe(pid);

    const told: string[] = [];
    driver.onExit((instanceId) => told.push(instanceId));
    await crash(driver);
    await vi.waitFor(() => expect(told).toEqual([ID]), WAIT);

    await driver.start(REF);
    expect((await answer(driver)).pid).not.toBe(pid);
  });

  it("stops an adopted gateway when it is closed", async () => {
    const pid = await launchAndKillPlatform();
    await open().close();
    expect(identityOf(pid)).toBeUndefined();
  });

  it("does not take a stranger with the same process id for its gateway", async () => {
    const pid = await launchAndKillPlatform();
    process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(identityOf(pid)).toBeUndefined(), WAIT);
    const recordPath = join(directory, "instances", ID, "process.json");
    const record: object = JSON.parse(readFileSync(recordPath, "utf8"));

    writeFileSync(recordPath, JSON.stringify({ ...record, pid: process.pid }));
    const driver = open();
    expect(await driver.observe(REF)).toMatchObject({ kind: "stopped", exit: { retry: "now" } });
    await driver.terminate(REF);
  });
});

const listenOn = async (port: number): Promise<Server> => {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
};
