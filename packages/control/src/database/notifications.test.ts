import { expect, it, vi } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";
import { notifyChanged } from "./notifications.ts";

describeEachDatabase("changes", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const actor = await test.owner();
    const agent = await test.control.agents.create(actor, { name: "Koi" });
    return { ...test, actor, agent, fleet: test.control.fleet };
  };
  it("reach a subscriber after the commit, and none after the subscription ended", async () => {
    const { control, actor, agent, fleet } = await setUp();
    const heard: string[] = [];
    const end = control.changes.subscribe((agentId) => heard.push(agentId));
    await fleet.record(agent.instance, { phase: "launching" }, []);
    await vi.waitFor(() => expect(heard).toContain(agent.id), { timeout: 5_000 });
    end();
    heard.length = 0;
    const fence = Promise.withResolvers<void>();
    const endFence = control.changes.subscribe((agentId) => agentId === agent.id && fence.resolve());
    await control.agents.remove(actor, agent.id);
    await fence.promise;
    endFence();
    expect(heard).toEqual([]);
  });

  it("are not announced for mere checks, so that a reconciler does not wake itself", async () => {
    const { control, agent, fleet, clock, instance } = await setUp();
    const other = await setUp();
    const heard: string[] = [];
    const end = control.changes.subscribe((agentId) => heard.push(agentId));
    await fleet.record(await instance(agent), { nextCheckAt: clock.now(), lastHealthyAt: clock.now() }, []);
    await fleet.record(other.agent.instance, { phase: "launching" }, []);
    await vi.waitFor(() => expect(heard).toContain(other.agent.id), { timeout: 5_000 });
    end();
    expect(heard).not.toContain(agent.id);
  });

  it("reach the others when one listener fails", async () => {
    const { control, agent, fleet } = await setUp();
    const heard: string[] = [];
    const endFailing = control.changes.subscribe(() => {
      throw new Error("a listener that fails");
    });
    const end = control.changes.subscribe((agentId) => heard.push(agentId));
    await fleet.record(agent.instance, { phase: "launching" }, []);
    await vi.waitFor(() => expect(heard).toContain(agent.id), { timeout: 5_000 });
    endFailing();
    end();
  });

  it("that were rolled back are not announced", async () => {
    const heard: string[] = [];
    const end = database().notifications.subscribe((agentId) => heard.push(agentId));
    const failing = database()
      .kysely.transaction()
      .execute(async (trx) => {
        await notifyChanged(trx, "rolled back");
        throw new Error("rolled back");
      });
    await expect(failing).rejects.toThrow("rolled back");
    await notifyChanged(database().kysely, "committed");
    await vi.waitFor(() => expect(heard).toContain("committed"), { timeout: 5_000 });
    end();
    expect(heard).not.toContain("rolled back");
  });
});
