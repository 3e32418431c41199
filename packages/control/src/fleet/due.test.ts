import { expect, it } from "vitest";

import type { Phase } from "../port.ts";
import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const later = (from: Date): Date => new Date(from.getTime() + 1);

describeEachDatabase("an instance is due", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const actor = await test.owner();
    const agent = await test.control.agents.create(actor, { name: "Koi" });
    return { ...test, actor, agent, fleet: test.control.fleet };
  };
  const rows: readonly (readonly [string, Phase, number, "null" | "now" | "later", boolean])[] = [
    ["its time has come", "ready", 1, "now", true],
    ["its time has not come", "ready", 1, "later", false],
    ["settled, without a time", "ready", 1, "null", false],
    ["settled for good, without a time", "terminated", 1, "null", false],
    ["failed, without a time", "failed", 1, "null", false],
    ["on its way, without a time", "booting", 1, "null", true],
    ["not answering, without a time", "degraded", 1, "null", true],
    ["on its way, backing off", "booting", 1, "later", false],
    ["behind what is desired, without a time", "ready", 0, "null", true],
  ];
  it.each(rows)("%s", async (_name, phase, observedGeneration, check, due) => {
    const { fleet, clock, agent } = await setUp();
    const nextCheckAt = check === "null" ? null : check === "now" ? clock.now() : later(clock.now());
    await fleet.record(agent.instance, { phase, observedGeneration, nextCheckAt }, []);
    expect((await fleet.due(clock.now(), 10_000)).includes(agent.instance.id)).toBe(due);
  });

  it("is answered within the limit, the longest overdue first", async () => {
    const { fleet, clock, agent } = await setUp();
    await fleet.record(agent.instance, { nextCheckAt: new Date(0) }, []);
    expect(await fleet.due(clock.now(), 1)).toHaveLength(1);
    const all = await fleet.due(clock.now(), 10_000);
    const timed = await Promise.all(
      all.map(async (id) => (await fleet.load(id))?.instance.nextCheckAt?.getTime() ?? 0),
    );
    expect(timed.toSorted((a, b) => a - b)).toEqual(timed);
  });
});
