import { describe, expect, it } from "vitest";

import type { Actor, AgentRecord } from "../port.ts";
import { createTestControl, describeEachDatabase, type TestControl } from "../testing/index.ts";

const refused = (code: string) => expect.objectContaining({ code });

const failedAgent = async (test: TestControl, actor: Actor): Promise<AgentRecord> => {
  const agent = await test.readyAgent(actor);
  const lastError = { code: "LAUNCH_FAILED", message: "It did not start." };
  await test.control.fleet.record(agent.instance, { phase: "failed", attempt: 5, lastError, nextCheckAt: null }, []);
  return await test.control.agents.get(actor, agent.id);
};

describeEachDatabase("changing what is desired", (database) => {
  const setUp = () => createTestControl(database());

  describe("removing", () => {
    it("asks for termination, once, and is due at once", async () => {
      const { control, clock, owner, readyAgent, instance } = setUp();
      const actor = await owner();
      const agent = await readyAgent(actor);
      await control.agents.remove(actor, agent.id);
      await control.agents.remove(actor, agent.id);
      expect(await control.agents.get(actor, agent.id)).toMatchObject({ desired: "terminated", generation: 2 });
      expect(await control.fleet.due(clock.now(), 1_000)).toContain(agent.instance.id);

      const gone = await control.fleet.record(await instance(agent), { phase: "terminated", nextCheckAt: null }, []);
      expect(gone?.phase).toBe("terminated");
      expect(await control.agents.list(actor)).toEqual([]);
      expect(await control.fleet.known()).not.toContainEqual(
        expect.objectContaining({ instanceId: agent.instance.id }),
      );
    });

    it("makes a reconciler that read before it lose its write", async () => {
      const { control, owner, readyAgent } = setUp();
      const actor = await owner();
      const agent = await readyAgent(actor);
      await control.agents.remove(actor, agent.id);
      expect(await control.fleet.record(agent.instance, { phase: "degraded" }, [])).toBeUndefined();
    });
  });

  describe("retrying", () => {
    it("begins a new life: a new generation, no error, no attempts, nothing known of the gateway", async () => {
      const test = setUp();
      const actor = await test.owner();
      const failed = await failedAgent(test, actor);
      expect(failed.instance.lastError).toEqual({ code: "LAUNCH_FAILED", message: "It did not start." });
      expect(await test.control.fleet.due(test.clock.now(), 1_000)).not.toContain(failed.instance.id);
      const retried = await test.control.agents.retry(actor, failed.id);
      expect(retried).toMatchObject({
        generation: 2,
        instance: { phase: "requested", attempt: 0, lastError: null, gatewayUrl: null, enrolledAt: null },
      });
      expect(await test.control.fleet.address(failed.instance.id)).toBeUndefined();
      expect(await test.control.fleet.due(test.clock.now(), 1_000)).toContain(failed.instance.id);
    });

    it("is a conflict unless the agent failed, and when two people ask only one begins it", async () => {
      const test = setUp();
      const actor = await test.owner();
      const ready = await test.readyAgent(actor);
      await expect(test.control.agents.retry(actor, ready.id)).rejects.toEqual(refused("CONFLICT"));
      const failed = await failedAgent(test, actor);
      const both = await Promise.allSettled([
        test.control.agents.retry(actor, failed.id),
        test.control.agents.retry(actor, failed.id),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect(await test.control.agents.get(actor, failed.id)).toMatchObject({ generation: 2 });
    });
  });
});
