import { expect, it } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const refused = (code: string) => expect.objectContaining({ code });

describeEachDatabase("creating an agent", (database) => {
  const setUp = (maxAgents = 25) => createTestControl(database(), { maxAgentsPerOrganization: maxAgents });

  it("gives a requested agent that is due at once and whose timeline has begun", async () => {
    const { control, clock, owner } = setUp();
    const actor = await owner();
    const agent = await control.agents.create(actor, { name: " Koi ", purpose: "To swim.\nFar." });
    expect(agent).toMatchObject({
      orgId: actor.orgId,
      name: "Koi",
      purpose: "To swim.\nFar.",
      createdBy: actor.userId,
      createdAt: clock.now(),
      desired: "running",
      generation: 1,
      instance: { phase: "requested", observedGeneration: 0, version: 1, attempt: 0, lastError: null },
    });
    expect(await control.agents.get(actor, agent.id)).toEqual(agent);
    expect(await control.fleet.due(clock.now(), 1_000)).toContain(agent.instance.id);
    expect(await control.agents.timeline(actor, agent.id, { afterSeq: 0, limit: 10 })).toMatchObject([
      { seq: 1, step: "requested", state: "done", instanceId: agent.instance.id },
    ]);
  });

  it("with the same key and input gives the same agent, also when asked twice at once", async () => {
    const { control, owner } = setUp();
    const actor = await owner();
    const input = { name: "Koi", idempotencyKey: "k" };
    const [first, second] = await Promise.all([
      control.agents.create(actor, input),
      control.agents.create(actor, input),
    ]);
    expect(second).toEqual(first);
    expect(await control.agents.list(actor)).toHaveLength(1);
  });

  it("with a key that was used for something else is a conflict, and keys of others do not matter", async () => {
    const { control, owner } = setUp();
    const [actor, stranger] = [await owner(), await owner()];
    await control.agents.create(actor, { name: "Koi", idempotencyKey: "k" });
    await expect(control.agents.create(actor, { name: "Other", idempotencyKey: "k" })).rejects.toEqual(
      refused("CONFLICT"),
    );
    const theirs = await control.agents.create(stranger, { name: "Other", idempotencyKey: "k" });
    expect(theirs.orgId).toBe(stranger.orgId);
  });

  it("stops exactly at the limit when 20 are asked for at once", async () => {
    const { control, owner } = setUp(5);
    const actor = await owner();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => control.agents.create(actor, { name: `Koi ${index}` })),
    );
    const refusals = results.filter((result) => result.status === "rejected");
    expect(refusals).toHaveLength(15);
    for (const { reason } of refusals) expect(reason).toEqual(refused("AGENT_LIMIT_REACHED"));
    expect(await control.agents.list(actor)).toHaveLength(5);
  });

  it("is possible again at the limit once a machine is gone, and the limit is each organization's own", async () => {
    const { control, owner, instance } = setUp(1);
    const [actor, stranger] = [await owner(), await owner()];
    const agent = await control.agents.create(actor, { name: "Koi" });
    await control.agents.create(stranger, { name: "Koi" });
    await control.agents.remove(actor, agent.id);
    await expect(control.agents.create(actor, { name: "Next" })).rejects.toEqual(refused("AGENT_LIMIT_REACHED"));
    await control.fleet.record(await instance(agent), { phase: "terminated" }, []);
    await control.agents.create(actor, { name: "Next" });
    expect((await control.agents.list(actor)).map(({ name }) => name)).toEqual(["Next"]);
  });

  it("leaves nothing behind when the name is refused", async () => {
    const { control, owner } = setUp();
    const actor = await owner();
    await expect(control.agents.create(actor, { name: "\n" })).rejects.toEqual(refused("INVALID_REQUEST"));
    expect(await control.agents.list(actor)).toEqual([]);
  });
});
