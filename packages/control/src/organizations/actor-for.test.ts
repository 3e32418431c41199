import { expect, it } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";

describeEachDatabase("a signed-in user", (database) => {
  const setUp = () => createTestControl(database());

  it("gets one personal organization, also when seen twice at once", async () => {
    const { control } = setUp();
    const user = { userId: "user-twice", email: "twice@example.test", name: "Ada" };
    const [first, second] = await Promise.all([control.actorFor(user), control.actorFor(user)]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ role: "OWNER", userId: "user-twice", name: "Ada" });
    expect(await control.organization(first)).toEqual({ id: first.orgId, name: "Ada's organization" });
  });

  it("keeps the organization when name and e-mail change, and the new name reaches new machines", async () => {
    const { control } = setUp();
    const before = await control.actorFor({ userId: "user-renamed", email: "a@example.test", name: "Before" });
    const after = await control.actorFor({ userId: "user-renamed", email: "b@example.test", name: "After" });
    expect(after.orgId).toBe(before.orgId);
    const agent = await control.agents.create(after, { name: "Koi" });
    const grant = await control.enrolment.exchange(await control.enrolment.issue(agent.instance.id, {}));
    expect(grant.owner.name).toBe("After");
  });
});
