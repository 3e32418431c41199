import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { actorOf, openPlatform, problemIn, type Person, type Platform } from "../testing/platform.ts";

let platform: Platform;
let person: Person;
beforeAll(async () => {
  platform = await openPlatform();
  person = await platform.signUp("Ada");
});
afterAll(async () => await platform.close());

const newInstance = async () => {
  const actor = await actorOf(platform.control, person);
  const { id, instance } = await platform.control.agents.create(actor, { name: "Bao" });
  const token = await platform.control.enrolment.issue(instance.id, {});
  return { agentId: id, instanceId: instance.id, token };
};
const enrol = (step: string, token: string, body: unknown = {}): Promise<Response> =>
  platform.call(`/api/enrol/${step}`, { body, headers: { authorization: `Bearer ${token}` } });

const COMPLETE = { gatewayVersion: "1.2.3", gatewayUrl: "ws://127.0.0.1:4000" };
const PROGRESS = { step: "config", state: "done", title: "Configuration written", durationMs: 12 };

describe("an instance that enrols", () => {
  it("gets its configuration, reports its steps to the timeline, and says where its gateway is", async () => {
    const { agentId, instanceId, token } = await newInstance();
    const exchanged = await enrol("exchange", token);
    expect(exchanged.status).toBe(200);
    expect(await exchanged.json()).toEqual({
      instanceId,
      config: expect.stringContaining("gwt_"),
      workspace: { directory: "/srv/koi", files: [{ path: "SOUL.md", text: "I am Bao." }] },
    });
    expect((await enrol("progress", token, PROGRESS)).status).toBe(204);
    expect((await enrol("complete", token, COMPLETE)).status).toBe(204);

    const actor = await actorOf(platform.control, person);
    const { instance } = await platform.control.agents.get(actor, agentId);
    expect(instance).toMatchObject({ gatewayVersion: "1.2.3", gatewayUrl: "ws://127.0.0.1:4000" });
    const events = await platform.control.agents.timeline(actor, agentId, { afterSeq: 0, limit: 100 });
    expect(events).toContainEqual(expect.objectContaining(PROGRESS));
  });

  it("cannot exchange its token a second time, also not at the same moment", async () => {
    const { token } = await newInstance();
    const answers = await Promise.all([enrol("exchange", token), enrol("exchange", token)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect((await problemIn(await enrol("exchange", token))).code).toBe("ENROLMENT_REFUSED");
  });

  it("may repeat its report when the answer was lost, and say nothing else once it is complete", async () => {
    const { token } = await newInstance();
    await enrol("exchange", token);
    await enrol("complete", token, COMPLETE);
    expect((await problemIn(await enrol("progress", token, PROGRESS))).code).toBe("ENROLMENT_REFUSED");
    expect((await enrol("complete", token, COMPLETE)).status).toBe(204);
    const other = { ...COMPLETE, gatewayUrl: "ws://127.0.0.1:4001" };
    expect((await problemIn(await enrol("complete", token, other))).code).toBe("ENROLMENT_REFUSED");
  });

  it("cannot report before it exchanged its token", async () => {
    const { token } = await newInstance();
    expect((await problemIn(await enrol("complete", token, COMPLETE))).code).toBe("ENROLMENT_REFUSED");
  });

  it.each([
    ["a made-up token", { authorization: "Bearer enr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["no token", {}],
    ["another scheme", { authorization: "Basic enr_x" }],
    ["a token of 10,000 characters", { authorization: `Bearer ${"x".repeat(10_000)}` }],
  ])("is refused with %s", async (_what, headers) => {
    const bodies = { exchange: {}, progress: PROGRESS, complete: COMPLETE };
    for (const [step, body] of Object.entries(bodies)) {
      const answer = await platform.call(`/api/enrol/${step}`, { body, headers });
      expect(await problemIn(answer)).toMatchObject({ status: 401, code: "ENROLMENT_REFUSED" });
    }
  });

  it.each([
    ["in clear text over the network", { gatewayUrl: "ws://10.0.0.1:80" }],
    ["with TLS but no certificate to pin", { gatewayUrl: "wss://10.0.0.1" }],
    ["of another kind", { gatewayUrl: "http://127.0.0.1:80" }],
    ["with a password", { gatewayUrl: "ws://user:pass@127.0.0.1:80" }],
    ["that is none", { gatewayUrl: "here" }],
  ])("cannot make the platform dial an address %s", async (_what, wrong) => {
    const { token } = await newInstance();
    await enrol("exchange", token);
    const problem = await problemIn(await enrol("complete", token, { ...COMPLETE, ...wrong }));
    expect(problem).toMatchObject({ code: "INVALID_REQUEST", errors: [{ path: "gatewayUrl" }] });
  });

  it("with TLS reports the certificate that is pinned from then on", async () => {
    const { agentId, token } = await newInstance();
    await enrol("exchange", token);
    const report = { ...COMPLETE, gatewayUrl: "wss://10.0.0.1", certificateFingerprint: "AB".repeat(32) };
    expect((await enrol("complete", token, report)).status).toBe(204);
    const { instance } = await platform.control.agents.get(await actorOf(platform.control, person), agentId);
    expect(instance.certificateFingerprint).toBeTruthy();
  });

  it("leaves no token in the log", () => {
    expect(platform.logLines.join("\n")).not.toMatch(/(enr|gwt)_[\w-]{10,}/);
  });
});
