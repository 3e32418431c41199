import { describe, expect, it } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const refused = expect.objectContaining({ code: "ENROLMENT_REFUSED" });
const LIFE_MS = 15 * 60 * 1_000;
const REPORT = { gatewayVersion: "0.1.0", gatewayUrl: "wss://192.0.2.1", certificateFingerprint: "ab:cd" };
const STEP = { step: "config", state: "done", title: "Configuration written", durationMs: 12 } as const;

describeEachDatabase("enrolment", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const owner = await test.owner();
    const agent = await test.control.agents.create(owner, { name: "Koi", purpose: "To swim." });
    const placement = { port: 4711, directories: ["/a", "/b"], nested: { yes: true, none: null } };
    const token = await test.control.enrolment.issue(agent.instance.id, placement);
    return { ...test, actor: owner, agent, token, placement, enrolment: test.control.enrolment };
  };

  it("exchanges a token for all that a machine needs to know, and stores only its hash", async () => {
    const { enrolment, actor, agent, token, placement } = await setUp();
    const grant = await enrolment.exchange(token);
    expect(token).toMatch(/^enr_[\w-]{43}$/);
    expect(grant).toEqual({
      instanceId: agent.instance.id,
      agent: { id: agent.id, name: "Koi", purpose: "To swim." },
      owner: { name: actor.name },
      gatewayToken: expect.stringMatching(/^gwt_[\w-]{43}$/),
      placement,
    });
    const rows = {
      tokens: await database().kysely.selectFrom("enrolment_tokens").selectAll().execute(),
      secrets: await database().kysely.selectFrom("gateway_secrets").selectAll().execute(),
    };
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    expect(JSON.stringify(rows)).not.toContain(grant.gatewayToken.slice(4));
  });

  it("exchanges a token once, also when two ask at the same time", async () => {
    const { enrolment, token } = await setUp();
    const both = await Promise.allSettled([enrolment.exchange(token), enrolment.exchange(token)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(enrolment.exchange(token)).rejects.toEqual(refused);
  });

  it.each(["", "enr_", "enr_wrong", "enr_\0"])("refuses a wrong token everywhere: %s", async (wrong) => {
    const { enrolment } = await setUp();
    await expect(enrolment.exchange(wrong)).rejects.toEqual(refused);
    await expect(enrolment.progress(wrong, STEP)).rejects.toEqual(refused);
    await expect(enrolment.complete(wrong, REPORT)).rejects.toEqual(refused);
  });

  it("refuses an expired token everywhere", async () => {
    const { enrolment, clock, token } = await setUp();
    await enrolment.exchange(token);
    clock.advance(LIFE_MS);
    await expect(enrolment.exchange(token)).rejects.toEqual(refused);
    await expect(enrolment.progress(token, STEP)).rejects.toEqual(refused);
    await expect(enrolment.complete(token, REPORT)).rejects.toEqual(refused);
  });

  it("accepts a token until the last moment", async () => {
    const { enrolment, clock, token } = await setUp();
    clock.advance(LIFE_MS - 1);
    await enrolment.exchange(token);
  });

  it("ends earlier tokens when a new one is issued", async () => {
    const { enrolment, agent, token } = await setUp();
    await enrolment.exchange(token);
    const next = await enrolment.issue(agent.instance.id, {});
    await expect(enrolment.progress(token, STEP)).rejects.toEqual(refused);
    await expect(enrolment.complete(token, REPORT)).rejects.toEqual(refused);
    await enrolment.exchange(next);
  });

  it("refuses tokens of an agent that is being deleted or was given up", async () => {
    const [deleted, failed] = [await setUp(), await setUp()];
    await deleted.control.agents.remove(deleted.actor, deleted.agent.id);
    await failed.control.fleet.record(failed.agent.instance, { phase: "failed" }, []);
    await expect(deleted.enrolment.exchange(deleted.token)).rejects.toEqual(refused);
    await expect(failed.enrolment.exchange(failed.token)).rejects.toEqual(refused);
  });

  describe("completing", () => {
    it("needs the exchange before it", async () => {
      const { enrolment, token } = await setUp();
      await expect(enrolment.complete(token, REPORT)).rejects.toEqual(refused);
    });

    it("makes the address known and the instance due, with the token that was exchanged", async () => {
      const { control, enrolment, clock, agent, token } = await setUp();
      const { gatewayToken } = await enrolment.exchange(token);
      expect(await control.fleet.address(agent.instance.id)).toBeUndefined();
      await control.fleet.record(agent.instance, { nextCheckAt: null, phase: "booting" }, []);
      await enrolment.complete(token, REPORT);
      expect(await control.fleet.address(agent.instance.id)).toEqual({
        agentId: agent.id,
        instanceId: agent.instance.id,
        url: REPORT.gatewayUrl,
        token: gatewayToken,
        certificateFingerprint: REPORT.certificateFingerprint,
      });
      expect(await control.fleet.load(agent.instance.id)).toMatchObject({
        instance: { gatewayVersion: "0.1.0", enrolledAt: clock.now(), nextCheckAt: clock.now() },
      });
    });

    it("may be repeated with the same report, since its answer may get lost, but not with another", async () => {
      const { control, enrolment, agent, token } = await setUp();
      await enrolment.exchange(token);
      await enrolment.complete(token, REPORT);
      await enrolment.complete(token, REPORT);
      await expect(enrolment.complete(token, { ...REPORT, gatewayUrl: "wss://evil" })).rejects.toEqual(refused);
      expect(await control.fleet.address(agent.instance.id)).toMatchObject({ url: REPORT.gatewayUrl });
    });
  });
});
