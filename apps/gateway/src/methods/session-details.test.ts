import { afterEach, describe, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway | undefined;

const start = async () => {
  test = await startTestGateway();
  return { test, client: await test.client() };
};

afterEach(() => test?.stop());

describe("sessions", () => {
  it("are listed page by page, searched by words, and counted over all pages", async () => {
    const { client } = await start();
    for (const key of ["alpha", "beta", "gamma"]) await client.converse(key, "hello", key);
    await client.request("sessions.patch", { key: "beta", label: "Tax return 2026" });
    const first = await client.request("sessions.list", { limit: 2 });
    const second = await client.request("sessions.list", { limit: 2, offset: 2 });
    expect([first.count, first.totalCount, first.hasMore]).toEqual([2, 3, true]);
    expect([second.count, second.totalCount, second.hasMore]).toEqual([1, 3, false]);
    expect(new Set([...first.sessions, ...second.sessions].map(({ key }) => key)).size).toBe(3);
    const found = await client.request("sessions.list", { search: "tax 2026" });
    expect(found.sessions.map(({ key }) => key)).toEqual(["agent:main:beta"]);
  });

  it("are found by key, id and name, described, previewed and summed up", async () => {
    const { client } = await start();
    await client.converse("a", "hello there", "plan");
    await client.request("sessions.patch", { key: "plan", label: "The plan" });
    const key = "agent:main:plan";
    const { session } = await client.request("sessions.describe", { key: "plan" });
    expect(session).toMatchObject({
      key,
      type: "direct",
      label: "The plan",
      modelProvider: "offline",
      outputTokens: 10,
    });
    const sessionId = session?.sessionId ?? "";
    for (const wanted of [{ key: "plan" }, { sessionId }, { label: "The plan" }]) {
      expect(await client.request("sessions.resolve", wanted)).toEqual({ ok: true, key });
    }
    expect(await client.ask("sessions.resolve", { key: "other" })).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(await client.request("sessions.describe", { key: "other" })).toEqual({ session: null });
    const { previews } = await client.request("sessions.preview", { keys: ["plan", "other"], maxChars: 20 });
    expect(previews).toEqual([
      {
        key,
        status: "ok",
        items: [
          { role: "user", text: "hello there" },
          { role: "assistant", text: "echo: hello there" },
        ],
      },
      { key: "agent:main:other", status: "missing", items: [] },
    ]);
    expect(await client.request("sessions.usage", { key: "plan" })).toMatchObject({
      key,
      sessionId,
      outputTokens: 10,
      allTime: { calls: 1, outputTokens: 10 },
    });
  });

  it("tell their changes to clients that look at the list", async () => {
    const { client } = await start();
    await client.request("sessions.create", { key: "plan" });
    await client.request("sessions.patch", { key: "plan", label: "x" });
    await client.request("sessions.reset", { key: "plan" });
    await client.request("sessions.delete", { key: "plan" });
    await client.barrier();
    const changes = client.events.flatMap(({ event, payload }) => (event === "sessions.changed" ? [payload] : []));
    const reasons = changes.map(({ reason }) => reason);
    for (const reason of ["created", "updated", "reset", "deleted"]) expect(reasons).toContain(reason);
    expect(new Set(changes.map(({ sessionKey }) => sessionKey))).toEqual(new Set(["agent:main:plan"]));
  });

  it("refuse a model that cannot be used and a level that is none", async () => {
    await test?.stop();
    test = await startTestGateway({ configuredModels: true });
    const client = await test.client();
    expect(await client.ask("sessions.patch", { key: "main", model: "nonsense" })).toMatchObject({
      error: { code: "MODEL_NOT_FOUND" },
    });
    expect(await client.ask("sessions.patch", { key: "main", thinkingLevel: "much" })).toMatchObject({
      error: { code: "INVALID_REQUEST" },
    });
  });

  it("of another agent are named by its id", async () => {
    const { client } = await start();
    expect(await client.ask("sessions.describe", { key: "plan", agentId: "nobody" })).toMatchObject({
      error: { code: "NOT_FOUND" },
    });
  });
});
