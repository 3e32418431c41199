import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createControl, type Actor, type AgentRecord, type Control, type Database, type Phase } from "@skykoi/control";
import { openTestDatabase } from "@skykoi/control/testing";
import { silentLogger } from "@skykoi/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createBootstrap } from "./bootstrap/bootstrap.ts";
import { resolveModel } from "./bootstrap/model-settings.ts";
import type { Driver } from "./drivers/driver.ts";
import { createLocalDriver } from "./drivers/local/local-driver.ts";
import { identityOf } from "./drivers/local/process-identity.ts";
import { createReconciler, type Reconciler } from "./reconciler.ts";
import { startEnrolmentServer, type EnrolmentServer } from "./testing/enrolment-server.ts";

const KOI = join(import.meta.dirname, "../../../dist/koi.mjs");
const isBuilt = existsSync(KOI);
const WAIT = { timeout: 20_000, interval: 10 };

if (!isBuilt && process.env.CI) {
  it("a real koi", () => {
    throw new Error("dist/koi.mjs is missing: it is built by npm run build.");
  });
}

describe.skipIf(!isBuilt)(`a real koi${isBuilt ? "" : " (skipped: dist/koi.mjs is not built)"}`, () => {
  let directory: string;
  let database: Database;
  let control: Control;
  let owner: Actor;
  let server: EnrolmentServer;
  let driver: Driver;
  let reconciler: Reconciler;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "skykoi-koi-"));
    database = await openTestDatabase();
    control = createControl({ database, secretKey: "k".repeat(64), log: silentLogger });
    owner = await control.actorFor({ userId: "ada", email: "ada@example.test", name: "Ada" });
    server = await startEnrolmentServer(control, createBootstrap({ model: resolveModel({}) }));
    await startPlatform();
  });
  afterEach(async () => {
    await stopPlatform();
    server.close();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const startPlatform = async (): Promise<void> => {
    driver = createLocalDriver({
      directory: join(directory, "instances"),
      koiBundle: KOI,
      enrolUrl: server.url,
      model: resolveModel({}),
      env: { PATH: process.env.PATH, HOME: directory },
      log: silentLogger,
    });
    reconciler = createReconciler({ control, driver, log: silentLogger });
    await reconciler.start();
  };

  const stopPlatform = async (): Promise<void> => {
    await reconciler.stop();
    await driver.close();
  };

  const reaches = (agent: AgentRecord, phase: Phase) =>
    vi.waitFor(async () => {
      const loaded = await control.fleet.load(agent.instance.id);
      expect(loaded?.instance).toMatchObject({ phase });
      return loaded?.instance;
    }, WAIT);

  const createReady = async (): Promise<{ agent: AgentRecord; pid: number }> => {
    const agent = await control.agents.create(owner, { name: "Momo", purpose: "Keep the diary." });
    const instance = await reaches(agent, "ready");
    return { agent, pid: Number(instance?.externalId?.split(":")[0]) };
  };

  const steps = async ({ id }: AgentRecord): Promise<string[]> =>
    (await control.agents.timeline(owner, id, { afterSeq: 0, limit: 100 })).map(
      ({ step, state }) => `${step} ${state}`,
    );

  it("boots, enrols and is ready, with its files in place and no token left behind", async () => {
    const { agent } = await createReady();
    const root = join(directory, "instances", agent.instance.id);
    expect(readFileSync(join(root, "koi", "SOUL.md"), "utf8")).toContain("You are Momo:");
    expect(statSync(join(root, "home", "skykoi.json")).mode & 0o777).toBe(0o600);
    await vi.waitFor(() => expect(existsSync(join(root, "home", "enrolment.json"))).toBe(false), WAIT);
    expect(await steps(agent)).toEqual(expect.arrayContaining(["config done", "workspace done", "ready done"]));
  });

  it("is started again after kill -9, and is ready without a new enrolment", async () => {
    const { agent, pid } = await createReady();
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => expect(await steps(agent)).toContain("starting done"), WAIT);
    expect(await reaches(agent, "ready")).toMatchObject({ lastError: null });
    expect((await steps(agent)).filter((step) => step === "launching started")).toHaveLength(1);
  });

  it("sleeps and wakes with its platform, without an outage", async () => {
    const { agent, pid } = await createReady();
    await stopPlatform();
    expect(identityOf(pid)).toBeUndefined();
    await startPlatform();
    await vi.waitFor(async () => expect(await steps(agent)).toContain("starting done"), WAIT);
    expect(await steps(agent)).not.toContain("degraded failed");
  });

  it("leaves nothing behind when its agent is deleted", async () => {
    const { agent, pid } = await createReady();
    await control.agents.remove(owner, agent.id);
    await reaches(agent, "terminated");
    expect(identityOf(pid)).toBeUndefined();
    expect(existsSync(join(directory, "instances", agent.instance.id))).toBe(false);
  });
});
