/** What the reconciler relies on in every driver; each driver's tests run this suite. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Driver, LaunchRequest } from "./driver.ts";

export interface DriverUnderTest {
  readonly driver: Driver;
  /** Makes the machine end by itself, as a crash does. */
  crash(instanceId: string): Promise<void>;
  dispose(): Promise<void>;
}

const ID = "ins_contract";
const REF = { instanceId: ID, externalId: null };
const WAIT = { timeout: 10_000, interval: 20 };

export const describeDriver = (name: string, make: () => Promise<DriverUnderTest>): void => {
  describe(`the ${name} driver, by the contract of drivers,`, () => {
    let under: DriverUnderTest;
    let driver: Driver;
    beforeEach(async () => {
      under = await make();
      driver = under.driver;
    });
    afterEach(() => under.dispose());

    const request = async (launchId: string): Promise<LaunchRequest> => ({
      instanceId: ID,
      launchId,
      enrolmentToken: "enr_contract",
      placement: await driver.place(ID),
    });
    const launch = async (launchId: string) => driver.launch(await request(launchId));
    const kind = async () => (await driver.observe(REF)).kind;

    it("sees nothing where nothing was launched", async () => {
      expect(await driver.observe(REF)).toEqual({ kind: "absent" });
      expect(await driver.list()).toEqual([]);
    });

    it("runs what it launched and says which launch it was", async () => {
      const machine = await launch("1.1");
      expect(await driver.observe(REF)).toEqual({ kind: "running", launchId: "1.1", ...machine });
      expect(await driver.list()).toEqual([{ instanceId: ID, externalId: machine.externalId, running: true }]);
    });

    it("makes one machine of one launch, asked for twice or at the same time", async () => {
      const same = await request("1.1");
      const machines = await Promise.all([driver.launch(same), driver.launch(same)]);
      machines.push(await driver.launch(same));
      expect(new Set(machines.map(({ externalId }) => externalId)).size).toBe(1);
      expect(await driver.list()).toHaveLength(1);
    });

    it("refuses another launch while a machine runs", async () => {
      const machine = await launch("1.1");
      await expect(launch("1.2")).rejects.toMatchObject({ code: "CONFLICT" });
      expect(await driver.observe(REF)).toMatchObject({ kind: "running", externalId: machine.externalId });
    });

    it("keeps a stopped machine, and says that it was stopped on request", async () => {
      await launch("1.1");
      await driver.stop(REF);
      await driver.stop(REF);
      expect(await driver.observe(REF)).toMatchObject({ kind: "stopped", launchId: "1.1", exit: null });
      expect(await driver.list()).toMatchObject([{ instanceId: ID, running: false }]);
    });

    it("starts a stopped machine once, however often it is asked", async () => {
      await launch("1.1");
      await driver.stop(REF);
      const [first, second] = await Promise.all([driver.start(REF), driver.start(REF)]);
      expect(second).toEqual(first);
      expect(await driver.observe(REF)).toEqual({ kind: "running", launchId: "1.1", ...first });
    });

    it("cannot start what was never launched", async () => {
      await expect(driver.start(REF)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it("tells that a machine has ended by itself, and why", async () => {
      const told: string[] = [];
      driver.onExit((instanceId) => told.push(instanceId));
      await launch("1.1");
      await under.crash(ID);
      await vi.waitFor(() => expect(told).toEqual([ID]), WAIT);
      const seen = await driver.observe(REF);
      expect(seen).toMatchObject({ kind: "stopped", launchId: "1.1" });
      expect(seen.kind === "stopped" && seen.exit?.reason.message).toMatch(/\.|”$/);
    });

    it("tells nobody of an end that was asked for, nor anybody who no longer listens", async () => {
      const told: string[] = [];
      driver.onExit((instanceId) => told.push(instanceId))();
      await launch("1.1");
      await under.crash(ID);
      await vi.waitFor(async () => expect(await kind()).toBe("stopped"), WAIT);
      driver.onExit((instanceId) => told.push(instanceId));
      await driver.start(REF);
      await driver.stop(REF);
      expect(told).toEqual([]);
    });

    it("makes no second machine of a launch that has ended, but one of the next launch", async () => {
      const first = await launch("1.1");
      await under.crash(ID);
      await vi.waitFor(async () => expect(await kind()).toBe("stopped"), WAIT);
      expect(await launch("1.1")).toEqual(first);
      expect(await kind()).toBe("stopped");
      expect((await launch("1.2")).externalId).not.toBe(first.externalId);
      expect(await driver.observe(REF)).toMatchObject({ kind: "running", launchId: "1.2" });
    });

    it("leaves nothing of a terminated machine, and does not mind being asked again", async () => {
      await launch("1.1");
      await driver.terminate(REF);
      await driver.terminate(REF);
      await driver.stop(REF);
      expect(await driver.observe(REF)).toEqual({ kind: "absent" });
      expect(await driver.list()).toEqual([]);
    });
  });
};
