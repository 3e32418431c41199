/** A fleet on a real database with the memory driver: what the reconciler's tests create, watch and break. */

import { randomUUID } from "node:crypto";

import { createControl, type Actor, type AgentRecord, type Control, type Database, type Phase } from "@skykoi/control";
import { silentLogger } from "@skykoi/log";
import { afterEach, beforeEach, expect, vi } from "vitest";

import type { ExitReport, LaunchRequest, Machine } from "../drivers/driver.ts";
import { createMemoryDriver, type MemoryDriver } from "../drivers/memory/memory-driver.ts";
import type { HealthCheck } from "../health-check.ts";
import type { Verdict } from "../observation.ts";
import { DEFAULT_POLICY, type Policy } from "../policy.ts";
import { createReconciler, type Reconciler } from "../reconciler.ts";

export const WAIT = { timeout: 10_000, interval: 10 };

/** The real policy in a hundredth of its time. */
export const FAST: Policy = {
  ...DEFAULT_POLICY,
  bootLimitMs: 600,
  verifyLimitMs: 400,
  startLimitMs: 600,
  hungLimitMs: 200,
  healthIntervalMs: 30,
  missedCheckRetryMs: 10,
  unknownRetryMs: 10,
  minBackoffMs: 5,
  maxBackoffMs: 50,
};

export const OK: Verdict = { kind: "ok", version: "9.9.9" };
export const SILENT: Verdict = {
  kind: "silent",
  reason: { code: "AGENT_UNREACHABLE", message: "Nobody answers." },
};
export const CRASH: ExitReport = { reason: { code: "LAUNCH_FAILED", message: "It crashed." }, retry: "later" };

export class Fleet {
  readonly control: Control;
  readonly owner: Actor;
  readonly driver: MemoryDriver;
  /** What every gateway answers while its machine runs. */
  answer: Verdict = OK;
  /** What a machine does when it boots. */
  boot: (request: LaunchRequest, machine: Machine) => Promise<void> = (request, machine) =>
    this.enrol(request, machine);
  readonly #reconcilers: Reconciler[] = [];

  constructor(control: Control, owner: Actor) {
    this.control = control;
    this.owner = owner;
    this.driver = createMemoryDriver({ boot: (request, machine) => this.boot(request, machine) });
  }

  /** Starts a reconciler; every one started is stopped after the test. */
  async reconcile(policy: Partial<Policy> = {}, control: Control = this.control): Promise<Reconciler> {
    const reconciler = createReconciler({
      control,
      driver: this.driver,
      health: this.#health,
      random: () => 0,
      log: silentLogger,
      policy: { ...FAST, ...policy },
      pollIntervalMs: 50,
      sweepIntervalMs: 200,
    });
    this.#reconcilers.push(reconciler);
    await reconciler.start();
    return reconciler;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reconcilers.splice(0).map((reconciler) => reconciler.stop()));
  }

  readonly #health: HealthCheck = async ({ instanceId }) => {
    const machines = await this.driver.list();
    return machines.some((machine) => machine.instanceId === instanceId && machine.running) ? this.answer : SILENT;
  };

  async enrol({ enrolmentToken }: LaunchRequest, { gatewayUrl }: Machine): Promise<void> {
    await this.control.enrolment.exchange(enrolmentToken);
    await this.control.enrolment.complete(enrolmentToken, { gatewayVersion: "9.9.9", gatewayUrl: gatewayUrl ?? "" });
  }

  create(): Promise<AgentRecord> {
    return this.control.agents.create(this.owner, { name: "Koi" });
  }

  async instanceOf({ instance }: AgentRecord): Promise<AgentRecord["instance"]> {
    const loaded = await this.control.fleet.load(instance.id);
    if (!loaded) throw new Error("the instance is gone");
    return loaded.instance;
  }

  reaches(agent: AgentRecord, phase: Phase): Promise<AgentRecord["instance"]> {
    return vi.waitFor(async () => {
      const instance = await this.instanceOf(agent);
      expect(instance).toMatchObject({ phase });
      return instance;
    }, WAIT);
  }

  timeline({ id }: AgentRecord) {
    return this.control.agents.timeline(this.owner, id, { afterSeq: 0, limit: 1_000 });
  }

  async steps(agent: AgentRecord): Promise<string[]> {
    return (await this.timeline(agent)).map(({ step, state }) => `${step} ${state}`);
  }

  hasStep(agent: AgentRecord, step: string): Promise<void> {
    return vi.waitFor(async () => expect(await this.steps(agent)).toContain(step), WAIT);
  }

  launchesOf({ instance }: AgentRecord): LaunchRequest[] {
    return this.driver.launches.filter(({ instanceId }) => instanceId === instance.id);
  }
}

/** A fleet of its own for each test of the suite. */
export const eachWithFleet = (database: () => Database): (() => Fleet) => {
  let fleet: Fleet | undefined;
  beforeEach(async () => {
    const control = createControl({ database: database(), secretKey: "k".repeat(64), log: silentLogger });
    const userId = randomUUID();
    const owner = await control.actorFor({ userId, email: `${userId}@example.test`, name: "Owner" });
    fleet = new Fleet(control, owner);
  });
  afterEach(async () => await fleet?.stop());
  return () => {
    if (!fleet) throw new Error("The fleet is only there inside tests.");
    return fleet;
  };
};
