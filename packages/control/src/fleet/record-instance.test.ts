import { expect, it } from "vitest";

import type { InstanceRecord } from "../port.ts";
import { createTestControl, describeEachDatabase } from "../testing/index.ts";
import type { InstancePatch } from "./record-instance.ts";

describeEachDatabase("recording an instance", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const actor = await test.owner();
    const agent = await test.control.agents.create(actor, { name: "Koi" });
    return { ...test, actor, agent, fleet: test.control.fleet };
  };
  it("writes every field of the patch, adds to the timeline and says what is there now", async () => {
    const { fleet, control, clock, actor, agent } = await setUp();
    clock.advance(1_000);
    const patch: Required<InstancePatch> = {
      phase: "ready",
      observedGeneration: 1,
      attempt: 2,
      externalId: "i-0abc",
      gatewayUrl: "wss://192.0.2.1",
      gatewayVersion: "0.2.0",
      certificateFingerprint: "ab",
      enrolledAt: clock.now(),
      lastHealthyAt: clock.now(),
      lastError: { code: "LAUNCH_FAILED", message: "No capacity." },
      nextCheckAt: new Date(clock.now().getTime() + 5_000),
    };
    const recorded = await fleet.record(agent.instance, patch, [{ step: "ready", state: "done", title: "Ready" }]);
    expect(recorded).toEqual({ ...agent.instance, ...patch, version: 2, phaseSince: clock.now() });
    expect((await fleet.load(agent.instance.id))?.instance).toEqual(recorded);
    expect(await control.agents.timeline(actor, agent.id, { afterSeq: 1, limit: 9 })).toMatchObject([{ seq: 2 }]);
  });

  it("clears what the patch sets to null and leaves alone what it does not name", async () => {
    const { fleet, agent } = await setUp();
    const lastError = { code: "LAUNCH_FAILED", message: "No." };
    const first = await fleet.record(agent.instance, { lastError, externalId: "i-1", gatewayUrl: "ws://a" }, []);
    const second = first && (await fleet.record(first, { lastError: null, externalId: null }, []));
    expect(second).toMatchObject({ lastError: null, externalId: null, gatewayUrl: "ws://a", phase: "requested" });
  });

  it("keeps the beginning of a phase that goes on", async () => {
    const { fleet, clock, agent } = await setUp();
    const booting = await fleet.record(agent.instance, { phase: "booting" }, []);
    clock.advance(1_000);
    const still = booting && (await fleet.record(booting, { phase: "booting", nextCheckAt: null }, []));
    expect(still?.phaseSince).toEqual(booting?.phaseSince);
  });

  it("lets one of two writers win; the other changes nothing, not even the timeline", async () => {
    const { fleet, control, actor, agent } = await setUp();
    const write = (step: string) =>
      fleet.record(agent.instance, { phase: "launching", externalId: step }, [{ step, state: "info", title: step }]);
    const results = await Promise.all([write("one"), write("two")]);
    const winners = results.filter((result): result is InstanceRecord => result !== undefined);
    expect(winners).toHaveLength(1);
    const events = await control.agents.timeline(actor, agent.id, { afterSeq: 1, limit: 10 });
    expect(events.map(({ step }) => step)).toEqual([winners[0]?.externalId]);
  });

  it("of an instance that does not exist says so", async () => {
    const { fleet, agent } = await setUp();
    expect(await fleet.record({ ...agent.instance, id: "ins_x", agentId: "agt_x" }, {}, [])).toBeUndefined();
    expect(await fleet.load("ins_x")).toBeUndefined();
    expect(await fleet.address("ins_x")).toBeUndefined();
  });
});
