import { afterEach, describe, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let stop: TestGateway["stop"] | undefined;

const start = async () => {
  const test = await startTestGateway();
  stop = () => test.stop();
  return { test, client: await test.client() };
};

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

describe("sessions", () => {
  it("are reset to an empty session; the old messages are still found, and no run id runs again", async () => {
    const { test, client } = await start();
    await client.converse("a", "a purple pelican");
    const { sessionId, previousSessionId } = await client.request("sessions.reset", { key: "main" });
    const history = await client.request("chat.history", { sessionKey: "main" });
    expect(history.sessionId).toBe(sessionId);
    expect(history.messages).toMatchObject([{ role: "notice", kind: "reset" }]);
    const { matches } = await client.request("sessions.search", { query: "purple pelican", sessionKey: "main" });
    expect(matches.map((match) => match.sessionId)).toEqual([previousSessionId, previousSessionId]);
    const again = { sessionKey: "main", message: "a purple pelican", idempotencyKey: "a" };
    expect(await client.request("chat.send", again)).toMatchObject({ status: "ok" });
    await test.gateway.close();
    const second = await startTestGateway({ home: test.home });
    const later = await second.client();
    expect(await later.request("chat.send", again)).toMatchObject({ status: "ok" });
    await second.stop();
  });

  it("begin as another one up to a message, and go their own way", async () => {
    const { client } = await start();
    await client.converse("a", "one");
    await client.converse("b", "two");
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    await client.request("sessions.create", {
      key: "fork",
      fromSessionKey: "main",
      fromMessageId: messages[1]?.id ?? "",
    });
    const fork = await client.request("chat.history", { sessionKey: "fork" });
    expect(fork.messages).toEqual(messages.slice(0, 2));
    expect(await client.ask("sessions.create", { key: "fork" })).toMatchObject({ error: { code: "CONFLICT" } });
    const wrong = await client.ask("sessions.create", { key: "x", fromSessionKey: "none" });
    expect(wrong).toMatchObject({ error: { code: "NOT_FOUND" } });
    const { sessions } = await client.request("sessions.list", {});
    expect(sessions.map(({ key }) => key).toSorted()).toEqual(["agent:main:fork", "agent:main:main"]);
  });

  it("are gone when they are deleted, and only then", async () => {
    const { client } = await start();
    await client.converse("a", "a purple pelican");
    await client.request("sessions.reset", { key: "main" });
    await expect
      .poll(() => client.ask("sessions.delete", { key: "main" }))
      .toMatchObject({ ok: true, payload: { deleted: true } });
    expect((await client.request("sessions.search", { query: "pelican" })).matches).toEqual([]);
    expect((await client.request("sessions.list", {})).sessions).toEqual([]);
    expect(await client.request("sessions.delete", { key: "main" })).toMatchObject({ deleted: false });
    expect(await client.ask("sessions.reset", { key: "main" })).toMatchObject({ error: { code: "NOT_FOUND" } });
  });
});
