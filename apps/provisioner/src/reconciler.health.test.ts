import { createControl } from "@skykoi/control";
import { describeEachDatabase } from "@skykoi/control/testing";
import { silentLogger } from "@skykoi/log";
import { expect, it, vi } from "vitest";

import { CRASH, FAST, OK, SILENT, WAIT, eachWithFleet } from "./testing/fleet.ts";

describeEachDatabase("the reconciler, watching what runs,", (database) => {
  const current = eachWithFleet(database);

  it("restarts a gateway that died: degraded with the reason, then ready again", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    const before = await fleet.reaches(agent, "ready");
    fleet.driver.die(agent.instance.id, CRASH);
    await fleet.hasStep(agent, "degraded failed");
    const after = await fleet.reaches(agent, "ready");
    expect(after.externalId).not.toBe(before.externalId);
    expect(after.gatewayUrl).not.toBe(before.gatewayUrl);
    expect(after.lastError).toBeNull();
    expect(await fleet.timeline(agent)).toContainEqual(
      expect.objectContaining({ step: "degraded", state: "failed", detail: "It crashed." }),
    );
    expect(fleet.launchesOf(agent)).toHaveLength(1);
  });

  it("notices a death that nobody told it of", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    fleet.driver.die(agent.instance.id, CRASH, { silently: true });
    await fleet.hasStep(agent, "starting done");
  });

  it("starts what its platform had stopped without calling it an outage", async () => {
    const fleet = current();
    const first = await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    await first.stop();
    await fleet.driver.stop({ instanceId: agent.instance.id, externalId: null });
    await fleet.reconcile();
    await fleet.hasStep(agent, "starting done");
    expect(await fleet.steps(agent)).not.toContain("degraded failed");
  });

  it("started with another secret key says so and stops waiting; a retry then makes the instance anew", async () => {
    const fleet = current();
    const first = await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    await first.stop();
    const control = createControl({ database: database(), secretKey: "z".repeat(64), log: silentLogger });
    await fleet.reconcile({}, control);
    const failed = await fleet.reaches(agent, "failed");
    expect(failed.lastError).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringMatching(/secret\.key/) });
    await control.agents.retry(fleet.owner, agent.id);
    await vi.waitFor(() => expect(fleet.launchesOf(agent)).toHaveLength(2), WAIT);
  });

  it("gives up a gateway that keeps crashing, and says so", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    const crashing = setInterval(() => fleet.driver.die(agent.instance.id, CRASH), 5);
    const failed = await fleet.reaches(agent, "failed").finally(() => clearInterval(crashing));
    expect(failed.lastError?.message).toContain("Given up after 5 attempts. It crashed.");
  });

  it("calls a silent gateway degraded after two missed checks, and ready when it answers again", async () => {
    const fleet = current();
    await fleet.reconcile({ hungLimitMs: 60_000 });
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    fleet.answer = SILENT;
    expect(await fleet.reaches(agent, "degraded")).toMatchObject({ lastError: { message: "Nobody answers." } });
    fleet.answer = OK;
    expect(await fleet.reaches(agent, "ready")).toMatchObject({ lastError: null });
  });

  it("restarts a gateway that hangs", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    const { externalId } = await fleet.reaches(agent, "ready");
    fleet.answer = SILENT;
    await vi.waitFor(async () => expect((await fleet.instanceOf(agent)).externalId).not.toBe(externalId), WAIT);
    fleet.answer = OK;
    await fleet.reaches(agent, "ready");
  });

  it("passes on what the gateway itself complains about", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    fleet.answer = {
      kind: "complaining",
      version: "9.9.9",
      reason: { code: "UNAVAILABLE", message: "The disk is full." },
    };
    expect(await fleet.reaches(agent, "degraded")).toMatchObject({ lastError: { message: "The disk is full." } });
    expect((await fleet.steps(agent)).filter((step) => step === "degraded failed")).toHaveLength(1);
  });

  it("waits when the driver cannot say what it sees", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    fleet.driver.failObservations(3, new Error("the cloud is away"));
    const awayAt = Date.now();
    await vi.waitFor(async () => {
      expect((await fleet.instanceOf(agent)).lastHealthyAt?.getTime()).toBeGreaterThan(awayAt + FAST.unknownRetryMs);
    }, WAIT);
    expect(await fleet.steps(agent)).not.toContain("degraded failed");
  });
});
