import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { SkykoiConfig } from "@skykoi/config";
import type { ModelRequest } from "@skykoi/model";
import { afterEach, describe, expect, it } from "vitest";

import { createGate, echo, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGateway, type TestGatewayOptions } from "../testing/test-gateway.ts";

let stop: TestGateway["stop"] | undefined;

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway(options);
  stop = () => test.stop();
  return { test, client: await test.client() };
};

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

const HOUR_MS = 3_600_000;

const clock = (at = Date.parse("2026-03-02T20:00:00Z")) => {
  let now = at;
  return { now: () => now, pass: (ms: number) => void (now += ms) };
};

const watched = () => {
  const asked: { ref: string; request: ModelRequest }[] = [];
  const base = scriptedCatalog(echo);
  const catalog = {
    ...base,
    aliases: () => ({ fast: "lab/fast" }),
    resolveRef: (ref: string) => (ref === "fast" ? "lab/fast" : ref),
    resolve: async (ref: string) => {
      const model = await base.resolve(ref);
      const info = { ...model.info, ref: ref === "fast" ? "lab/fast" : ref, reasoning: true };
      return {
        info,
        stream: (request: ModelRequest) => {
          asked.push({ ref: info.ref, request });
          return echo(request);
        },
      };
    },
  };
  return { catalog, asked };
};

describe("a session", () => {
  it("is begun anew by the first message of a new day; readers see where, and nothing is deleted", async () => {
    const time = clock();
    const { test, client } = await start({ now: time.now });
    await client.converse("a", "in the evening");
    const { sessionId } = await client.request("chat.history", { sessionKey: "main" });
    time.pass(5 * HOUR_MS);
    await client.converse("b", "past midnight");
    expect((await client.request("chat.history", { sessionKey: "main" })).sessionId).toBe(sessionId);
    time.pass(4 * HOUR_MS);
    await client.converse("c", "in the morning");
    const after = await client.request("chat.history", { sessionKey: "main" });
    expect(after.messages.map((message) => (message.role === "notice" ? message.kind : message.runId))).toEqual([
      "reset",
      "c",
      "c",
    ]);
    const files = await readdir(join(test.home, "agents", "main", "sessions"));
    expect(files.filter((name) => name.endsWith(".jsonl"))).toHaveLength(2);
  });

  it("does not end under a run, nor by the repetition of a message", async () => {
    const time = clock();
    const gate = createGate();
    const { client } = await start({ now: time.now, catalog: scriptedCatalog(gate.script) });
    await client.request("chat.send", { sessionKey: "main", message: "long work", idempotencyKey: "a" });
    await client.until("the model is asked", () => gate.waiting() === 1 || undefined);
    const { sessionId } = await client.request("chat.history", { sessionKey: "main" });
    time.pass(24 * HOUR_MS);
    const second = { sessionKey: "main", message: "still there?", idempotencyKey: "b", queueMode: "followup" } as const;
    await client.request("chat.send", second);
    gate.open();
    await client.ended("b");
    time.pass(24 * HOUR_MS);
    expect(await client.request("chat.send", second)).toMatchObject({ status: "ok" });
    expect((await client.request("chat.history", { sessionKey: "main" })).sessionId).toBe(sessionId);
  });

  it("ends after a pause where its kind of session has one, and keeps its name and choices", async () => {
    const time = clock(Date.parse("2026-03-02T10:00:00Z"));
    const resetByType = { group: { mode: "idle" as const, idleMinutes: 30 } };
    const config = (base: SkykoiConfig): SkykoiConfig => ({ ...base, session: { ...base.session, resetByType } });
    const { client } = await start({ now: time.now, config });
    const group = "agent:main:telegram:group:7";
    await client.request("sessions.patch", { key: group, label: "The club" });
    await client.converse("a", "hello", group);
    await client.converse("b", "hello");
    const before = await client.request("sessions.describe", { key: group });
    const main = await client.request("sessions.describe", { key: "main" });
    time.pass(31 * 60_000);
    await client.converse("c", "again", group);
    await client.converse("d", "again");
    const after = await client.request("sessions.describe", { key: group });
    expect(after.session?.sessionId).not.toBe(before.session?.sessionId);
    expect(after.session?.label).toBe("The club");
    expect((await client.request("sessions.describe", { key: "main" })).session?.sessionId).toBe(
      main.session?.sessionId,
    );
  });
});

describe("what a session chose", () => {
  it("is used: the message's own wish before the session's, its agent's, the default", async () => {
    const { catalog, asked } = watched();
    const agent = { id: "main", name: "Koi", model: { primary: "lab/agent" }, thinking: "low" as const };
    const config = (base: SkykoiConfig): SkykoiConfig => ({ ...base, agents: { ...base.agents, list: [agent] } });
    const { client } = await start({ catalog, config });
    await client.converse("a", "one");
    await client.request("sessions.patch", { key: "main", model: "fast", thinkingLevel: "high" });
    await client.converse("b", "two");
    const wish = { sessionKey: "main", message: "three", idempotencyKey: "c", thinking: "medium" };
    await client.request("chat.send", wish);
    await client.ended("c");
    await client.request("sessions.patch", { key: "main", model: null, thinkingLevel: null });
    await client.converse("d", "four");
    expect(asked.map(({ ref, request }) => [ref, request.thinking])).toEqual([
      ["lab/agent", "low"],
      ["lab/fast", "high"],
      ["lab/fast", "medium"],
      ["lab/agent", "low"],
    ]);
  });

  it("is also said in the chat, and outlives a reset", async () => {
    const { catalog, asked } = watched();
    const { client } = await start({ catalog });
    for (const [at, text] of ["/new fast", "/think high", "/queue collect"].entries()) {
      expect(await client.converse(`set${at}`, text)).toMatchObject({ state: "final" });
    }
    await client.converse("a", "/reset hello");
    expect(asked.map(({ ref, request }) => [ref, request.thinking])).toEqual([["lab/fast", "high"]]);
    const { session } = await client.request("sessions.describe", { key: "main" });
    expect(session).toMatchObject({ modelOverride: "fast", thinkingOverride: "high", queueMode: "collect" });
    await client.converse("b", "/model default");
    expect((await client.request("sessions.describe", { key: "main" })).session?.modelOverride).toBeUndefined();
  });

  it("a wrong word is answered and changes nothing", async () => {
    const { client } = await start();
    for (const [at, text] of ["/think a lot", "/queue backwards"].entries()) {
      const end = await client.converse(`w${at}`, text);
      expect(end.state === "final" && JSON.stringify(end.message.content)).toContain("Write one of");
    }
  });

  it("an agent's tools are chosen within those of all, and its workspace is its own", async () => {
    const { catalog, asked } = watched();
    const { test, client } = await start({
      catalog,
      config: (base) => ({
        ...base,
        tools: { ...base.tools, deny: ["exec"] },
        agents: {
          ...base.agents,
          list: [
            { id: "main", name: "Koi" },
            {
              id: "clerk",
              name: "Clerk",
              workspace: join(base.agents.defaults.workspace, "clerk"),
              tools: { profile: "minimal", allow: ["read", "exec"] },
            },
          ],
        },
      }),
    });
    await client.converse("a", "hello", "agent:clerk:main");
    const [first] = asked;
    expect(first?.request.tools.map(({ name }) => name)).toEqual(["read", "session_status"]);
    expect(first?.request.system).toContain(join(test.workspace, "clerk"));
  });
});
