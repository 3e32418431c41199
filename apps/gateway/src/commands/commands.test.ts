import { afterEach, describe, expect, it } from "vitest";

import { createGate, echo, scriptedCatalog } from "../testing/scripted-catalog.ts";
import {
  startTestGateway,
  temporaryDirectory,
  type TestGateway,
  type TestGatewayOptions,
} from "../testing/test-gateway.ts";

const gateways: TestGateway[] = [];

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  gateways.push(test);
  return { test, client: await test.client() };
};

afterEach(async () => {
  for (const test of gateways.splice(0)) await test.stop();
});

type Client = Awaited<ReturnType<typeof start>>["client"];

const said = async (client: Client, runId: string, message: string): Promise<string> => {
  const end = await client.converse(runId, message);
  if (end.state !== "final") throw new Error(`the command ended with ${end.state}`);
  return end.message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
};

const counted = () => {
  const prompts: string[] = [];
  const catalog = scriptedCatalog((request) => {
    prompts.push(JSON.stringify(request.messages));
    return echo(request);
  });
  return { catalog, prompts };
};

describe("a command in the chat", () => {
  it("is answered without a model, in the transcript, and the model never hears of it", async () => {
    const { catalog, prompts } = counted();
    const { client } = await start({ catalog });
    expect(await said(client, "a", "/status")).toContain("agent:main:main");
    expect(prompts).toEqual([]);
    await client.converse("b", "hello");
    expect(prompts).toHaveLength(1);
    expect(prompts[0]).not.toContain("status");
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role, runId }) => [role, runId])).toEqual([
      ["user", "a"],
      ["assistant", "a"],
      ["user", "b"],
      ["assistant", "b"],
    ]);
  });

  it("acknowledges before its final, and is carried out once for each key, also after a restart", async () => {
    const home = await temporaryDirectory();
    const first = await start({ home });
    await first.client.converse("a", "/new");
    const before = await first.client.request("chat.history", { sessionKey: "main" });
    const again = { sessionKey: "main", message: "/new", idempotencyKey: "a" };
    expect(await first.client.request("chat.send", again)).toEqual({ runId: "a", status: "ok" });
    await first.test.stop();
    gateways.splice(0);

    const { client } = await start({ home });
    expect(await client.request("chat.send", again)).toEqual({ runId: "a", status: "ok" });
    const after = await client.request("chat.history", { sessionKey: "main" });
    expect(after.sessionId).toBe(before.sessionId);
    expect(after.messages).toEqual(before.messages);
  });

  it("is one only with its whole name at the beginning: a path is a message", async () => {
    const { client } = await start();
    expect(await said(client, "a", "/statusfile")).toBe("echo: /statusfile");
    expect(await said(client, "b", "/new/thing")).toBe("echo: /new/thing");
    expect(await said(client, "c", "what does /status do?")).toBe("echo: what does /status do?");
  });

  it("needs operator.write", async () => {
    const { test } = await start();
    const reader = await test.client({ scopes: ["operator.read"] });
    const params = { sessionKey: "main", message: "/stop", idempotencyKey: "x" };
    expect(await reader.ask("chat.send", params)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  });

  it("is told by commands.list and /help alike", async () => {
    const { client } = await start();
    const { commands } = await client.request("commands.list", {});
    const help = await said(client, "a", "/help");
    for (const { name } of commands) expect(help).toContain(`/${name}`);
    expect(commands.length).toBeGreaterThan(4);
  });
});

describe("/stop", () => {
  it("acts at once during a run, also on what waits", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    const message = { sessionKey: "main", message: "work" };
    await client.request("chat.send", { ...message, idempotencyKey: "a" });
    await client.request("chat.send", { ...message, idempotencyKey: "b", queueMode: "followup" });
    await client.until("the model is asked", () => gate.waiting() === 1 || undefined);
    expect(await said(client, "s", "/stop")).toBe("Stopped 2 messages.");
    expect(await client.ended("a")).toMatchObject({ state: "aborted" });
    expect(await client.ended("b")).toMatchObject({ state: "aborted" });
    expect(await said(client, "t", "/stop")).toBe("Nothing was running.");
  });
});

describe("/new", () => {
  it("begins a new session and passes the rest through as its first message, with the same run id", async () => {
    const { catalog, prompts } = counted();
    const { client } = await start({ catalog });
    await client.converse("a", "the secret is 42");
    const before = await client.request("chat.history", { sessionKey: "main" });
    expect(await said(client, "b", "/new what is it?")).toBe("echo: what is it?");
    expect(prompts[1]).not.toContain("42");
    const after = await client.request("chat.history", { sessionKey: "main" });
    expect(after.sessionId).not.toBe(before.sessionId);
    expect(after.messages.map(({ role }) => role)).toEqual(["notice", "user", "assistant"]);
    expect(after.messages[0]).toMatchObject({ role: "notice", kind: "reset" });
  });

  it("leaves the run under way in its session; the first message waits for it and is not mixed into it", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    await client.request("chat.send", { sessionKey: "main", message: "old", idempotencyKey: "a" });
    await client.until("the model is asked", () => gate.waiting() === 1 || undefined);
    await client.request("chat.send", { sessionKey: "main", message: "/reset fresh", idempotencyKey: "b" });
    gate.open();
    expect(await client.ended("a")).toMatchObject({ state: "final", message: { runId: "a" } });
    expect(await client.ended("b")).toMatchObject({ state: "final", message: { runId: "b" } });
  });

  it("is also what a configured trigger means", async () => {
    const { client } = await start({
      config: (config) => ({ ...config, session: { ...config.session, resetTriggers: ["fresh start"] } }),
    });
    await client.converse("a", "hello");
    expect(await said(client, "b", "Fresh start")).toBe("A new session began.");
    expect(await said(client, "c", "fresh starters")).toBe("echo: fresh starters");
  });
});
