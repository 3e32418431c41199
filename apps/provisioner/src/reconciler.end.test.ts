import { describeEachDatabase } from "@skykoi/control/testing";
import { expect, it, vi } from "vitest";

import { WAIT, eachWithFleet } from "./testing/fleet.ts";

describeEachDatabase("the reconciler, at the end of a machine,", (database) => {
  const current = eachWithFleet(database);

  it("never replaces a lost disk by an empty one", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    fleet.driver.vanish(agent.instance.id);
    expect((await fleet.reaches(agent, "failed")).lastError?.message).toContain("disk are gone");
    expect(fleet.launchesOf(agent)).toHaveLength(1);
  });

  it("deletes: the machine is gone before anybody says so", async () => {
    const fleet = current();
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    await fleet.control.agents.remove(fleet.owner, agent.id);
    await fleet.reaches(agent, "terminated");
    expect((await fleet.driver.list()).map(({ instanceId }) => instanceId)).not.toContain(agent.instance.id);
  });

  it("deletes an agent that is still being created", async () => {
    const fleet = current();
    fleet.boot = async () => undefined;
    await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "booting");
    await fleet.control.agents.remove(fleet.owner, agent.id);
    await fleet.reaches(agent, "terminated");
    expect(await fleet.driver.list()).toEqual([]);
  });

  it("removes the machine of a deleted agent that turned up late, and stops one that nobody knows", async () => {
    const fleet = current();
    const first = await fleet.reconcile();
    const agent = await fleet.create();
    await fleet.reaches(agent, "ready");
    await fleet.control.agents.remove(fleet.owner, agent.id);
    await fleet.reaches(agent, "terminated");
    await first.stop();
    const late = { launchId: "1.1", enrolmentToken: "enr_x", placement: {} };
    await fleet.driver.launch({ ...late, instanceId: agent.instance.id });
    await fleet.driver.launch({ ...late, instanceId: "ins_unknown" });
    await fleet.reconcile();
    await vi.waitFor(async () => {
      expect(await fleet.driver.list()).toMatchObject([{ instanceId: "ins_unknown", running: false }]);
    }, WAIT);
  });
});
