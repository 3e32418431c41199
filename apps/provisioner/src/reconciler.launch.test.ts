import { describeEachDatabase } from "@skykoi/control/testing";
import { fault } from "@skykoi/fault";
import { expect, it } from "vitest";

import { OK, SILENT, eachWithFleet } from "./testing/fleet.ts";

describeEachDatabase("the reconciler, from wish to ready,", (database) => {
  const current = eachWithFleet(database);

  it("brings a new agent to ready, each step with its duration", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    const instance = await fleet.reaches(agent, "ready");
    expect(instance).toMatchObject({ attempt: 1, observedGeneration: 1, lastError: null, gatewayVersion: "9.9.9" });
    expect(instance.externalId).toBe((await fleet.driver.list())[0]?.externalId);
    expect(await fleet.steps(agent)).toEqual([
      "requested done",
      "launching started",
      "launching done",
      "booting started",
      "booting done",
      "enrolling done",
      "verifying started",
      "verifying done",
      "ready done",
    ]);
    const done = (await fleet.timeline(agent)).filter(({ state }) => state === "done");
    expect(done.every(({ durationMs }) => durationMs !== null)).toBe(true);
  });

  it("takes up an agent that was created while no reconciler ran", async () => {
    const fleet = current();
    const agent = await fleet.create();
    await fleet.reconcile();
    await fleet.reaches(agent, "ready");
  });

  it("says ready only when the gateway answers", async () => {
    const fleet = current();
    fleet.answer = SILENT;
    await fleet.reconcile({ verifyLimitMs: 60_000 });
    const agent = await fleet.create();
    await fleet.reaches(agent, "verifying");
    fleet.answer = OK;
    await fleet.reaches(agent, "ready");
  });

  it("tries failing launches again, then gives up with the reason, and begins anew on retry", async () => {
    const fleet = current();
    fleet.driver.failLaunches(5, fault("LAUNCH_FAILED", { message: "No room for the machine." }));
    await fleet.reconcile();
    const agent = await fleet.create();
    const failed = await fleet.reaches(agent, "failed");
    expect(failed.attempt).toBe(5);
    expect(failed.lastError?.message).toBe(
      "Given up after 5 attempts. No room for the machine. Retry when the cause is removed.",
    );
    expect(fleet.launchesOf(agent)).toHaveLength(0);
    expect((await fleet.timeline(agent)).filter(({ state }) => state === "failed")).toHaveLength(5);

    await fleet.control.agents.retry(fleet.owner, agent.id);
    expect(await fleet.reaches(agent, "ready")).toMatchObject({ attempt: 1, observedGeneration: 2, lastError: null });
    expect(fleet.launchesOf(agent)).toMatchObject([{ launchId: "2.1" }]);
  });

  it("fails at once where no retry can help", async () => {
    const fleet = current();
    fleet.driver.failLaunches(1, fault("PROGRAM_MISSING", { message: "koi was not built." }));
    await fleet.reconcile();
    const agent = await fleet.create();
    expect(await fleet.reaches(agent, "failed")).toMatchObject({ attempt: 1, lastError: { code: "PROGRAM_MISSING" } });
  });

  it("shows nothing of an unexpected error but that there was one", async () => {
    const fleet = current();
    fleet.driver.failLaunches(5, new Error("secret internals"));
    await fleet.reconcile();
    const agent = await fleet.create();
    const { lastError } = await fleet.reaches(agent, "failed");
    expect(lastError?.message).not.toContain("internals");
    expect(JSON.stringify(await fleet.timeline(agent))).not.toContain("internals");
  });

  it("finds a machine whose launch reply was lost, and makes no second one", async () => {
    const fleet = current();
    fleet.driver.failLaunches(1, fault("TIMEOUT"), "lost-reply");
    await fleet.reconcile();
    const agent = await fleet.create();
    expect(await fleet.reaches(agent, "ready")).toMatchObject({ attempt: 1 });
    expect(fleet.launchesOf(agent)).toHaveLength(1);
  });

  it("relaunches an instance that never reports back, and stops it before", async () => {
    const fleet = current();
    let boots = 0;
    fleet.boot = async (request, machine) => (++boots > 1 ? fleet.enrol(request, machine) : undefined);
    // Long enough for the second boot on a busy machine.
    await fleet.reconcile({ bootLimitMs: 1_000 });
    const agent = await fleet.create();
    expect(await fleet.reaches(agent, "ready")).toMatchObject({ attempt: 2 });
    expect(await fleet.steps(agent)).toContain("booting failed");
    expect(await fleet.driver.list()).toHaveLength(1);
  });

  it("launches once when two reconcilers race for the same instances", async () => {
    const fleet = current();
    await Promise.all([fleet.reconcile(), fleet.reconcile(), fleet.reconcile()]);
    const agents = await Promise.all(Array.from({ length: 5 }, () => fleet.create()));
    for (const agent of agents) {
      await fleet.reaches(agent, "ready");
      expect(fleet.launchesOf(agent)).toHaveLength(1);
      expect((await fleet.steps(agent)).filter((step) => step === "ready done")).toHaveLength(1);
    }
  });

  it("goes on where a reconciler was stopped in the middle", async () => {
    const fleet = current();
    fleet.boot = async () => undefined;
    const first = await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "booting");
    await first.stop();
    const [launch] = fleet.launchesOf(agent);
    if (!launch) throw new Error("nothing was launched");
    await fleet.enrol(launch, { externalId: "mem-1", gatewayUrl: "ws://mem-1.invalid" });
    await fleet.reconcile();
    await fleet.reaches(agent, "ready");
    expect(fleet.launchesOf(agent)).toHaveLength(1);
  });
});
