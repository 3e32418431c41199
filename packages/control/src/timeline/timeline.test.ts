import { describe, expect, it } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";

describeEachDatabase("the timeline", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const actor = await test.owner();
    const agent = await test.control.agents.create(actor, { name: "Koi" });
    return { ...test, actor, agent, fleet: test.control.fleet };
  };
  it("shows its numbers without a gap to a reader, whatever is written at the same time", async () => {
    const { fleet, control, actor, agent, instance } = await setUp();
    const token = await control.enrolment.issue(agent.instance.id, {});
    const progress = async (): Promise<void> => {
      for (let step = 0; step < 8; step += 1) {
        await control.enrolment.progress(token, { step: `step-${step}`, state: "info", title: "A step" });
      }
    };
    const record = async (): Promise<void> => {
      for (let round = 0; round < 8; round += 1) {
        await fleet.record(await instance(agent), {}, [
          { step: "a", state: "info", title: "A" },
          { step: "b", state: "info", title: "B" },
        ]);
      }
    };
    const writers = { done: false };
    const writing = Promise.all([progress(), progress(), record(), record()]).finally(() => (writers.done = true));
    let seen = 0;
    do {
      const events = await control.agents.timeline(actor, agent.id, { afterSeq: seen, limit: 1_000 });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => seen + 1 + index));
      seen += events.length;
    } while (!writers.done);
    await writing;
    expect(seen).toBeGreaterThanOrEqual(17);
  });

  it("pages from any number on", async () => {
    const { fleet, control, actor, agent } = await setUp();
    const events = ["a", "b", "c", "d"].map((step) => ({ step, state: "info" as const, title: step }));
    await fleet.record(agent.instance, {}, events);
    const page = await control.agents.timeline(actor, agent.id, { afterSeq: 2, limit: 2 });
    expect(page.map(({ seq, step }) => [seq, step])).toEqual([
      [3, "b"],
      [4, "c"],
    ]);
  });

  it("keeps the end of a detail that is too long to store", async () => {
    const { fleet, control, actor, agent } = await setUp();
    const detail = `${"x".repeat(20_000)} the reason`;
    await fleet.record(agent.instance, {}, [
      { step: "failed", state: "failed", title: "Failed", detail, durationMs: 1.6 },
    ]);
    const [event] = await control.agents.timeline(actor, agent.id, { afterSeq: 1, limit: 1 });
    expect(event?.detail).toHaveLength(8_000);
    expect(event?.detail).toMatch(/the reason$/);
    expect(event?.durationMs).toBe(2);
  });

  describe("the typical time to ready", () => {
    it("is the median of first times of the last twenty, and coming back later does not count", async () => {
      const { control, clock, owner, fleet, instance } = await setUp();
      const actor = await owner();
      await database().kysely.updateTable("instances").set({ first_ready_at: null }).execute();
      expect(await control.agents.typicalReadyMs()).toBeNull();
      for (const tookMs of [
        ...Array.from({ length: 5 }, () => 900_000),
        ...Array.from({ length: 20 }, (_, i) => i * 1_000),
      ]) {
        const agent = await control.agents.create(actor, { name: "Koi" });
        clock.advance(tookMs);
        await fleet.record(agent.instance, { phase: "ready" }, []);
        clock.advance(3_600_000);
        await fleet.record(await instance(agent), { phase: "degraded" }, []);
        await fleet.record(await instance(agent), { phase: "ready" }, []);
      }
      expect(await control.agents.typicalReadyMs()).toBe(9_500);
    });
  });
});
