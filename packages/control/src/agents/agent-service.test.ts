import { isFault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import type { Actor, Control, Phase, Role } from "../port.ts";
import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const refused = (code: string) => expect.objectContaining({ code });

/** Every way in which a person reaches an agent by its id. */
const CALLS: Readonly<Record<string, (control: Control, actor: Actor, agentId: string) => Promise<unknown>>> = {
  get: (control, actor, id) => control.agents.get(actor, id),
  remove: (control, actor, id) => control.agents.remove(actor, id),
  retry: (control, actor, id) => control.agents.retry(actor, id),
  timeline: (control, actor, id) => control.agents.timeline(actor, id, { afterSeq: 0, limit: 10 }),
  "gateway to see": (control, actor, id) => control.agents.gateway(actor, id, "agent.see"),
  "gateway to chat": (control, actor, id) => control.agents.gateway(actor, id, "agent.chat"),
  "a ticket": (control, actor, id) => control.tickets.issue(actor, id),
};
describeEachDatabase("agents", (database) => {
  const setUp = () => createTestControl(database());

  describe("another organization's agent", () => {
    it.each(Object.entries(CALLS))("does not exist for %s, exactly as an unknown id", async (_name, call) => {
      const { control, owner, readyAgent } = setUp();
      const agent = await readyAgent(await owner());
      const stranger = await owner();
      const describeRefusal = (id: string) =>
        call(control, stranger, id).then(
          () => "allowed",
          (thrown: unknown) => (isFault(thrown) ? [thrown.code, thrown.message, thrown.details] : thrown),
        );
      const refusal = await describeRefusal(agent.id);
      expect(refusal).toContain("NOT_FOUND");
      expect(refusal).toEqual(await describeRefusal("agt_00000000000000000000000000"));
      expect(await control.fleet.load(agent.instance.id)).toEqual({ agent, instance: agent.instance });
    });

    it("is not in the list", async () => {
      const { control, owner, readyAgent } = setUp();
      await readyAgent(await owner());
      expect(await control.agents.list(await owner())).toEqual([]);
    });
  });

  describe("roles", () => {
    const rows: readonly (readonly [Role, string, boolean])[] = [
      ["ADMIN", "remove", true],
      ["MEMBER", "remove", false],
      ["MEMBER", "gateway to chat", true],
      ["VIEWER", "remove", false],
      ["VIEWER", "gateway to chat", false],
      ["VIEWER", "gateway to see", true],
      ["VIEWER", "timeline", true],
      ["VIEWER", "a ticket", true],
    ];
    it.each(rows)("a %s and a colleague's agent: %s is allowed: %s", async (role, name, allowed) => {
      const { control, owner, colleague, readyAgent } = setUp();
      const actor = await owner();
      const agent = await readyAgent(actor);
      const attempt = CALLS[name]?.(control, await colleague(actor, role), agent.id);
      if (allowed) await attempt;
      else await expect(attempt).rejects.toEqual(refused("FORBIDDEN"));
    });

    it("a MEMBER creates and deletes agents of their own; a VIEWER creates none", async () => {
      const { control, owner, colleague } = setUp();
      const actor = await owner();
      const [member, viewer] = [await colleague(actor, "MEMBER"), await colleague(actor, "VIEWER")];
      const own = await control.agents.create(member, { name: "Mine" });
      await control.agents.remove(member, own.id);
      await expect(control.agents.create(viewer, { name: "Mine" })).rejects.toEqual(refused("FORBIDDEN"));
    });
  });

  describe("reaching the gateway", () => {
    const reachable: readonly (readonly [Phase, boolean])[] = [
      ["requested", false],
      ["launching", false],
      ["booting", false],
      ["enrolling", false],
      ["verifying", false],
      ["starting", false],
      ["ready", true],
      ["degraded", true],
      ["stopping", false],
      ["stopped", false],
      ["failed", false],
      ["terminating", false],
      ["terminated", false],
    ];
    it.each(reachable)("in phase %s is possible: %s", async (phase, possible) => {
      const { control, owner, readyAgent } = setUp();
      const actor = await owner();
      const agent = await readyAgent(actor);
      await control.fleet.record(agent.instance, { phase }, []);
      const attempt = control.agents.gateway(actor, agent.id, "agent.chat");
      if (!possible) return await expect(attempt).rejects.toEqual(refused("AGENT_NOT_READY"));
      const address = await attempt;
      expect(address).toMatchObject({ agentId: agent.id, url: "ws://127.0.0.1:1", certificateFingerprint: null });
      expect(address.token).toMatch(/^gwt_[\w-]{43}$/);
    });
  });
});
