import { rm } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createGate, echo, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, temporaryDirectory, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  cleanups.push(() => test.stop());
  return { test, client: await test.client() };
};

const task = (idempotencyKey: string, more: object = {}) => ({ message: "hello", idempotencyKey, ...more });

describe("agent", () => {
  it("answers twice on one id: accepted at once, then with what came of it", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    const first = await client.ask("agent", task("a"));
    expect(first).toMatchObject({ payload: { runId: "a", status: "accepted" } });
    gate.open();
    const last = await client.until("the second answer", () => client.answers(first.id)[1]);
    expect(last).toMatchObject({
      payload: {
        runId: "a",
        status: "ok",
        summary: "completed",
        result: {
          payloads: [{ text: "thinking done: hello", mediaUrl: null }],
          meta: { sessionKey: "agent:main:main" },
        },
      },
    });
  });

  it("takes the fields that clients of the family send along", async () => {
    const { client } = await start();
    const answer = await client.ask(
      "agent",
      task("a", { deliver: false, lane: "main", channel: "webchat", timeout: 600 }),
    );
    expect(answer).toMatchObject({ ok: true });
  });

  it("says how a run failed, was stopped, or took too long", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    const a = await client.ask("agent", task("a", { timeout: 1 }));
    const b = await client.ask("agent", task("b", { queueMode: "followup" }));
    await client.request("chat.abort", { sessionKey: "main", runId: "b" });
    const [stopped, late] = await Promise.all(
      [b, a].map(({ id }) => client.until(`the end of ${id}`, () => client.answers(id)[1])),
    );
    expect(stopped).toMatchObject({ payload: { status: "error", summary: "The run was stopped." } });
    expect(late).toMatchObject({ payload: { status: "timeout" } });
  });

  it("refuses an agent that does not live here and a level of thinking that does not exist", async () => {
    const { client } = await start();
    expect(await client.ask("agent", task("a", { agentId: "nobody" }))).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(await client.ask("agent", task("a", { thinking: "very" }))).toMatchObject({
      error: { code: "INVALID_REQUEST" },
    });
  });
});

describe("agent.wait", () => {
  it("waits for a run under way, and knows one that has ended, also before a restart", async () => {
    const root = await temporaryDirectory();
    cleanups.push(() => rm(root, { recursive: true, force: true }));
    const home = join(root, "home");
    const gate = createGate();
    const { test, client } = await start({ home, catalog: scriptedCatalog(gate.script) });
    await client.request("chat.send", { sessionKey: "work", message: "hi", idempotencyKey: "a" });
    expect(await client.request("agent.wait", { runId: "a", timeoutMs: 1 })).toEqual({ runId: "a", status: "timeout" });
    const waited = client.request("agent.wait", { runId: "a", timeoutMs: 10_000 });
    gate.open();
    expect(await waited).toEqual({ runId: "a", status: "ok" });
    await test.gateway.close();

    const { client: later } = await start({ home, catalog: scriptedCatalog(echo) });
    expect(await later.request("agent.wait", { runId: "a", timeoutMs: 0 })).toEqual({ runId: "a", status: "ok" });
    const unknown = { runId: "never", sessionKey: "work", timeoutMs: 1 };
    expect(await later.request("agent.wait", unknown)).toMatchObject({ status: "timeout" });
  });
});

describe("agent.identity.get", () => {
  it("tells the name of the agent, of a session's too", async () => {
    const { client } = await start();
    const koi = { agentId: "main", name: "Koi", nameSource: "config" };
    expect(await client.request("agent.identity.get", {})).toEqual(koi);
    expect(await client.request("agent.identity.get", { sessionKey: "agent:main:work" })).toEqual(koi);
  });
});

describe("chat.inject", () => {
  it("puts a note into the conversation that readers see and the model does not", async () => {
    const { test, client } = await start();
    const other = await test.client();
    await client.converse("a", "hello");
    await client.request("chat.inject", { sessionKey: "main", message: "The backup is done.", label: "Backup" });
    const seen = await other.until("the note", () =>
      other.events.find(({ event, payload }) => event === "session.message" && payload.runId === undefined),
    );
    expect(seen.payload).toMatchObject({ message: { role: "notice", kind: "note" } });
    expect(await client.converse("b", "and now")).toMatchObject({ message: { content: [{ text: "echo: and now" }] } });
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "notice", "user", "assistant"]);
    expect(messages[2]).toMatchObject({ content: [{ text: "Backup: The backup is done." }] });
  });
});
