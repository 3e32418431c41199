import { writeFile } from "node:fs/promises";

import type { SkykoiConfig } from "@skykoi/config";
import { afterEach, describe, expect, it } from "vitest";

import { createFillableDisk } from "../testing/full-disk.ts";
import { createGate, echo, finish, lastUserText, say, scriptedCatalog } from "../testing/scripted-catalog.ts";
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

const send = (runId: string, message = `message ${runId}`, sessionKey = "main") => ({
  sessionKey,
  message,
  idempotencyKey: runId,
});

describe("chat.send", () => {
  it("acknowledges, streams, ends with the answer, and the answer is in the history", async () => {
    const { client } = await start();
    expect(await client.request("chat.send", send("a", "hello koi"))).toEqual({ runId: "a", status: "started" });
    expect(await client.ended("a")).toMatchObject({
      state: "final",
      stopReason: "stop",
      message: { content: [{ type: "text", text: "echo: hello koi" }] },
      usage: { outputTokens: 10 },
    });
    const chat = client.chat("a");
    expect(chat.map(({ seq }) => seq)).toEqual(chat.map(({ seq }) => seq).toSorted((x, y) => x - y));
    expect(chat.flatMap((event) => (event.state === "delta" ? [event.deltaText] : [])).join("")).toBe(
      "echo: hello koi",
    );
    const history = await client.request("chat.history", { sessionKey: "main" });
    expect(history.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(history).toMatchObject({ hasMore: false, totalMessages: 2, pendingInputs: [] });
    const { sessions } = await client.request("sessions.list", {});
    expect(sessions).toMatchObject([{ key: "agent:main:main", outputTokens: 10, model: "offline/demo" }]);
  });

  it("costs at most 4 KB on the wire for a short answer", async () => {
    const { client } = await start({ catalog: scriptedCatalog(() => say("x".repeat(60))) });
    await client.converse("warm", "hi");
    const before = client.receivedBytes();
    await client.converse("measured", "hi");
    expect(client.receivedBytes() - before).toBeLessThan(4096);
  });

  it("shows the message to the other clients of the session", async () => {
    const { test, client } = await start();
    const other = await test.client();
    await client.converse("a", "hello");
    const message = other.events.find(({ event }) => event === "session.message");
    expect(message?.payload).toMatchObject({ runId: "a", message: { role: "user" } });
  });

  it("never runs the same idempotency key twice, at once, later, or after a restart", async () => {
    let calls = 0;
    const gate = createGate();
    const catalog = scriptedCatalog((request) => {
      calls++;
      return gate.script(request);
    });
    const { test, client } = await start({ catalog });
    const answers = await Promise.all([client.request("chat.send", send("a")), client.request("chat.send", send("a"))]);
    expect(answers.map(({ status }) => status)).toEqual(["started", "in_flight"]);
    expect(await client.request("chat.send", send("a"))).toMatchObject({ status: "in_flight" });
    gate.open();
    await client.ended("a");
    expect(await client.request("chat.send", send("a"))).toMatchObject({ status: "ok" });
    expect(await client.ask("chat.send", send("a", "x", "other"))).toMatchObject({ ok: true });
    await client.until("the run of the other session", () => (calls === 2 ? true : undefined));
    await test.gateway.close();

    const again = await startTestGateway({ home: test.home, catalog });
    try {
      const later = await again.client();
      expect(await later.request("chat.send", send("a"))).toMatchObject({ status: "ok" });
      expect(calls).toBe(2);
    } finally {
      await again.stop();
    }
  });

  it.each(["heartbeat:1", "cron:job:1"])("refuses %s as an idempotency key: the gateway uses it", async (runId) => {
    const { client } = await start();
    const answer = await client.ask("chat.send", send(runId));
    expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
  });

  it("refuses an idempotency key that is in use in another session", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    await client.request("chat.send", send("a"));
    expect(await client.ask("chat.send", send("a", "x", "other"))).toMatchObject({ error: { code: "CONFLICT" } });
    gate.open();
  });

  it("refuses an agent that does not live here", async () => {
    const { client } = await start();
    const answer = await client.ask("chat.send", send("a", "x", "agent:nobody:main"));
    expect(answer).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });

  it("reports a disk that is full, accepts nothing, and recovers", async () => {
    const disk = createFillableDisk();
    const { client } = await start({ transcriptFiles: disk.files });
    await client.converse("a", "before");
    disk.fill();
    const refused = await client.ask("chat.send", send("b"));
    expect(refused).toMatchObject({ ok: false, error: { code: "STORAGE_FAILED", retryable: true } });
    expect(await client.request("health", {})).toMatchObject({ ok: false, status: "degraded" });
    expect(client.events.findLast(({ event }) => event === "health")?.payload).toMatchObject({ ok: false });
    disk.empty();
    expect(await client.converse("b", "again")).toMatchObject({ state: "final" });
    expect(await client.request("health", {})).toMatchObject({ ok: true, reasons: [] });
    expect((await client.request("chat.history", { sessionKey: "main" })).totalMessages).toBe(4);
  });

  it("ends a run whose workspace is a file with a sentence that names the place", async () => {
    const { test, client } = await start();
    await writeFile(test.workspace, "not a directory");
    const end = await client.converse("a", "hi");
    expect(end).toMatchObject({ state: "error", errorKind: "CONFIG_INVALID" });
    expect(JSON.stringify(end)).toContain(test.workspace);
  });

  it("ends a run over its time limit with an error", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    await client.request("chat.send", { ...send("a"), timeoutMs: 50 });
    expect(await client.ended("a")).toMatchObject({ state: "error", errorKind: "TIMEOUT" });
    expect(await client.request("health", {})).toMatchObject({ activeRuns: 0 });
  });

  it("ends a run whose model does not exist with an error that a reload still shows", async () => {
    const { client } = await start({ catalog: { ...scriptedCatalog(echo), resolve: () => Promise.reject(noModel) } });
    expect(await client.converse("a", "hi")).toMatchObject({ state: "error", errorKind: "INTERNAL" });
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages).toMatchObject([{ role: "user" }, { role: "notice", kind: "error" }]);
    expect(await client.request("chat.send", send("a"))).toMatchObject({ status: "ok" });
  });
});

/** The configuration with another queue. */
const queued =
  (queue: Partial<SkykoiConfig["messages"]["queue"]>) =>
  (config: SkykoiConfig): SkykoiConfig => ({
    ...config,
    messages: { ...config.messages, queue: { ...config.messages.queue, ...queue } },
  });

const noModel = new Error("no such model");

describe("the queue", () => {
  it("runs one message of a session at a time, in order, and shows what waits", async () => {
    const gate = createGate();
    let together = 0;
    let most = 0;
    const catalog = scriptedCatalog(async function* counted(request) {
      most = Math.max(most, ++together);
      try {
        yield* gate.script(request);
      } finally {
        together--;
      }
    });
    const { client } = await start({ catalog });
    for (const runId of ["a", "b", "c"]) await client.request("chat.send", send(runId));
    const history = await client.request("chat.history", { sessionKey: "main" });
    expect(history.activeRunId).toBe("a");
    expect(history.pendingInputs.map(({ runId, text }) => [runId, text])).toEqual([
      ["b", "message b"],
      ["c", "message c"],
    ]);
    expect(history.messages.filter(({ role }) => role === "user")).toHaveLength(1);
    expect(client.chat("b")).toMatchObject([{ state: "status", phase: "queued" }]);
    gate.open();
    for (const runId of ["a", "b", "c"]) {
      const text = `thinking done: message ${runId}`;
      expect(await client.ended(runId)).toMatchObject({ state: "final", message: { content: [{ text }] } });
    }
    expect(most).toBe(1);
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role, runId }) => [role, runId])).toEqual(
      ["a", "b", "c"].flatMap((runId) => [
        ["user", runId],
        ["assistant", runId],
      ]),
    );
  });

  it("runs different sessions side by side, up to the configured number", async () => {
    const gate = createGate();
    const { client } = await start({
      catalog: scriptedCatalog(gate.script),
      config: ({ agents, ...rest }) => ({
        ...rest,
        agents: { ...agents, defaults: { ...agents.defaults, maxConcurrent: 2 } },
      }),
    });
    for (const session of ["one", "two", "three"]) await client.request("chat.send", send(session, "hi", session));
    expect(await client.request("health", {})).toMatchObject({ activeRuns: 2, queuedInputs: 1 });
    gate.open();
    for (const session of ["one", "two", "three"]) expect((await client.ended(session)).state).toBe("final");
  });

  it("refuses the message after the last place, and loses none of the others", async () => {
    const gate = createGate();
    const { client } = await start({
      catalog: scriptedCatalog(gate.script),
      config: queued({ cap: 3, drop: "newest" }),
    });
    const answers = await Promise.all(["a", "b", "c", "d", "e"].map((runId) => client.ask("chat.send", send(runId))));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, false]);
    expect(answers[4]).toMatchObject({ error: { code: "QUEUE_FULL", retryable: true } });
    gate.open();
    for (const runId of ["a", "b", "c", "d"]) expect((await client.ended(runId)).state).toBe("final");
    expect(await client.converse("e", "again")).toMatchObject({ state: "final" });
  });
});

describe("chat.abort", () => {
  it("stops the running message and drops the waiting ones, and the session goes on", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    for (const runId of ["a", "b"]) await client.request("chat.send", send(runId));
    await client.until("the first text", () => client.chat("a").find(({ state }) => state === "delta"));
    expect(await client.request("chat.abort", { sessionKey: "main" })).toEqual({
      ok: true,
      aborted: true,
      runIds: ["a", "b"],
    });
    expect(await client.ended("a")).toMatchObject({ state: "aborted", message: { stopReason: "aborted" } });
    expect(await client.ended("b")).toMatchObject({ state: "aborted" });
    gate.open();
    expect(await client.converse("c", "next")).toMatchObject({ state: "final" });
    expect(await client.request("chat.send", send("b"))).toMatchObject({ status: "ok" });
  });

  it("stops one queued run and leaves the others", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    for (const runId of ["a", "b", "c"]) await client.request("chat.send", send(runId));
    expect(await client.request("chat.abort", { sessionKey: "main", runId: "b" })).toMatchObject({ runIds: ["b"] });
    gate.open();
    const ends = await Promise.all(["a", "b", "c"].map((runId) => client.ended(runId)));
    expect(ends.map(({ state }) => state)).toEqual(["final", "aborted", "final"]);
  });

  it("reaches a message that is just being accepted", async () => {
    const gate = createGate();
    const { client } = await start({ catalog: scriptedCatalog(gate.script) });
    const sent = client.request("chat.send", send("a"));
    const aborted = client.request("chat.abort", { sessionKey: "main", runId: "a" });
    expect(await sent).toMatchObject({ status: "started" });
    expect(await aborted).toMatchObject({ aborted: true, runIds: ["a"] });
    expect(await client.ended("a")).toMatchObject({ state: "aborted" });
  });

  it("reaches a command that a tool has started", async () => {
    const catalog = scriptedCatalog(async function* useTool(request) {
      if (request.messages.at(-1)?.role === "user") {
        yield { type: "tool-call", id: "t1", name: "exec", input: { command: `sleep 300 # ${lastUserText(request)}` } };
        yield { ...finish, reason: "tool-calls" };
      } else yield* say("done");
    });
    const { client } = await start({ catalog });
    await client.request("chat.send", send("a"));
    await client.until("the tool", () =>
      client.events.find(({ event, payload }) => event === "agent" && payload.stream === "tool"),
    );
    await client.request("chat.abort", { sessionKey: "main", runId: "a" });
    expect(await client.ended("a")).toMatchObject({ state: "aborted" });
  });

  it("says so when there is nothing to stop", async () => {
    const { client } = await start();
    expect(await client.request("chat.abort", { sessionKey: "main", runId: "x" })).toMatchObject({ aborted: false });
  });
});

describe("sessions.subscribe", () => {
  it("limits the session events of a connection to the chosen sessions", async () => {
    const { test, client } = await start();
    const other = await test.client();
    await client.request("sessions.subscribe", { sessionKey: "one" });
    await other.converse("r1", "hi", "one");
    await other.converse("r2", "hi", "two");
    await client.ended("r1");
    await client.request("health", {});
    expect(client.chat("r2")).toEqual([]);
  });

  it("shows no session content to a client without operator.read", async () => {
    const { test, client } = await start();
    const blind = await test.client({ scopes: ["operator.pairing"] });
    await client.converse("a", "secret");
    await blind.ask("health");
    expect(blind.events.map(({ event }) => event)).toEqual(["connect.challenge"]);
  });
});
