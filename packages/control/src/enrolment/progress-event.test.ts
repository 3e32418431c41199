import { expect, it } from "vitest";

import { createTestControl, describeEachDatabase } from "../testing/index.ts";

const refused = expect.objectContaining({ code: "ENROLMENT_REFUSED" });
const REPORT = { gatewayVersion: "0.1.0", gatewayUrl: "wss://192.0.2.1", certificateFingerprint: "ab:cd" };
const STEP = { step: "config", state: "done", title: "Configuration written", durationMs: 12 } as const;

describeEachDatabase("progress of an instance", (database) => {
  const setUp = async () => {
    const test = createTestControl(database());
    const owner = await test.owner();
    const agent = await test.control.agents.create(owner, { name: "Koi", purpose: "To swim." });
    const placement = { port: 4711, directories: ["/a", "/b"], nested: { yes: true, none: null } };
    const token = await test.control.enrolment.issue(agent.instance.id, placement);
    return { ...test, actor: owner, agent, token, placement, enrolment: test.control.enrolment };
  };
  it("appears in the timeline before and after the exchange, and ends with the completion", async () => {
    const { control, enrolment, actor, agent, token } = await setUp();
    await enrolment.progress(token, { step: "packages", state: "started", title: "Installing" });
    await enrolment.exchange(token);
    await enrolment.progress(token, { ...STEP, detail: "NUL\0 is dropped" });
    await enrolment.complete(token, REPORT);
    await expect(enrolment.progress(token, STEP)).rejects.toEqual(refused);
    expect(await control.agents.timeline(actor, agent.id, { afterSeq: 1, limit: 10 })).toMatchObject([
      { seq: 2, step: "packages", state: "started", durationMs: null, detail: null },
      { seq: 3, step: "config", state: "done", durationMs: 12, detail: "NUL is dropped" },
    ]);
  });

  it.each([
    ["step", { step: "ready" }],
    ["step", { step: "failed" }],
    ["step", { step: "No Step" }],
    ["title", { title: "" }],
    ["title", { title: "x".repeat(201) }],
    ["detail", { detail: "x".repeat(4_001) }],
    ["durationMs", { durationMs: -1 }],
    ["durationMs", { durationMs: Number.NaN }],
  ])("with an unfit %s is refused: %j", async (path, change) => {
    const { enrolment, token } = await setUp();
    await expect(enrolment.progress(token, { ...STEP, ...change })).rejects.toEqual(
      expect.objectContaining({ code: "INVALID_REQUEST", details: [expect.objectContaining({ path })] }),
    );
  });

  it("is bounded for one token", async () => {
    const { enrolment, token } = await setUp();
    await database().kysely.updateTable("enrolment_tokens").set({ progress_count: 200 }).execute();
    await expect(enrolment.progress(token, STEP)).rejects.toEqual(expect.objectContaining({ code: "RATE_LIMITED" }));
  });
});
