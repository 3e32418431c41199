import { expect, it } from "vitest";

import type { Role } from "../port.ts";
import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const refused = expect.objectContaining({ code: "TICKET_REFUSED" });

describeEachDatabase("tickets", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const actor = await test.owner();
    return { ...test, actor, agent: await test.readyAgent(actor), tickets: test.control.tickets };
  };

  it("open their agent once, for a minute, and only their hash is stored", async () => {
    const { tickets, clock, actor, agent } = await setUp();
    const { ticket, expiresAt } = await tickets.issue(actor, agent.id);
    expect(expiresAt).toEqual(new Date(clock.now().getTime() + 60_000));
    const rows = await database().kysely.selectFrom("tickets").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(ticket.slice(4));
    expect(await tickets.redeem(ticket)).toEqual({
      agentId: agent.id,
      userId: actor.userId,
      orgId: actor.orgId,
      role: "OWNER",
      scopes: ["operator.read", "operator.write", "operator.admin"],
    });
    await expect(tickets.redeem(ticket)).rejects.toEqual(refused);
  });

  it("are redeemed once when two try at the same time", async () => {
    const { tickets, actor, agent } = await setUp();
    const { ticket } = await tickets.issue(actor, agent.id);
    const both = await Promise.allSettled([tickets.redeem(ticket), tickets.redeem(ticket)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("expire", async () => {
    const { tickets, clock, actor, agent } = await setUp();
    const { ticket } = await tickets.issue(actor, agent.id);
    clock.advance(60_000);
    await expect(tickets.redeem(ticket)).rejects.toEqual(refused);
  });

  it.each(["", "tkt_", "tkt_wrong", "enr_x", "\0"])("that are wrong are refused: %s", async (wrong) => {
    const { tickets } = await setUp();
    await expect(tickets.redeem(wrong)).rejects.toEqual(refused);
  });

  const scopes: readonly (readonly [Role, readonly string[]])[] = [
    ["ADMIN", ["operator.read", "operator.write", "operator.admin"]],
    ["MEMBER", ["operator.read", "operator.write"]],
    ["VIEWER", ["operator.read"]],
  ];
  it.each(scopes)("of a %s carry the scopes of the role", async (role, expected) => {
    const { tickets, colleague, actor, agent } = await setUp();
    const { ticket } = await tickets.issue(await colleague(actor, role), agent.id);
    expect(await tickets.redeem(ticket)).toMatchObject({ role, scopes: expected });
  });

  it("follow the role of now: lowered, it grants less; removed, it is refused", async () => {
    const { tickets, colleague, actor, agent } = await setUp();
    const [lowered, removed] = [await colleague(actor, "ADMIN"), await colleague(actor, "ADMIN")];
    const [first, second] = [await tickets.issue(lowered, agent.id), await tickets.issue(removed, agent.id)];
    const { kysely } = database();
    await kysely.updateTable("memberships").set({ role: "VIEWER" }).where("user_id", "=", lowered.userId).execute();
    await kysely
      .deleteFrom("memberships")
      .where("user_id", "=", removed.userId)
      .where("org_id", "=", actor.orgId)
      .execute();
    expect(await tickets.redeem(first.ticket)).toMatchObject({ role: "VIEWER", scopes: ["operator.read"] });
    await expect(tickets.redeem(second.ticket)).rejects.toEqual(refused);
  });

  it("of an agent that is being deleted are refused", async () => {
    const { control, tickets, actor, agent } = await setUp();
    const { ticket } = await tickets.issue(actor, agent.id);
    await control.agents.remove(actor, agent.id);
    await expect(tickets.redeem(ticket)).rejects.toEqual(refused);
  });

  it("that expired do not pile up", async () => {
    const { tickets, clock, actor, agent } = await setUp();
    await tickets.issue(actor, agent.id);
    clock.advance(3_600_000);
    await tickets.issue(actor, agent.id);
    const rows = await database()
      .kysely.selectFrom("tickets")
      .select("agent_id")
      .where("agent_id", "=", agent.id)
      .execute();
    expect(rows).toHaveLength(1);
  });
});
