import type { SkykoiConfig } from "@skykoi/config";
import type { ModelRequest } from "@skykoi/model";
import { afterEach, describe, expect, it } from "vitest";

import type { RawClient } from "../testing/raw-client.ts";
import { finish, lastUserText, say, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let stop: TestGateway["stop"] | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

type Queue = SkykoiConfig["messages"]["queue"];

/** A model that calls a tool, waits for the gate, calls it again, then answers with every message it saw. */
const start = async (queue: Partial<Queue> = {}) => {
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const catalog = scriptedCatalog(async function* model(request) {
    const answered = request.messages.filter(({ role }) => role === "tool").length;
    if (lastUserText(request).startsWith("work") && answered === 0) {
      calls++;
      const stopped = new Promise((resolve) => request.signal.addEventListener("abort", resolve, { once: true }));
      await Promise.race([gate.promise, stopped]);
      yield { type: "tool-call", id: "t1", name: "ls", input: {} };
      yield { ...finish, reason: "tool-calls" };
    } else yield* say(`saw: ${saidIn(request).join(" + ")}`);
  });
  const test = await startTestGateway({
    catalog,
    config: (config) => ({ ...config, messages: { queue: { ...config.messages.queue, ...queue } } }),
  });
  stop = () => test.stop();
  const client = await test.client();
  const working = async (): Promise<void> => {
    await client.request("chat.send", send("a", "work"));
    await client.until("the model call", () => {
      void client.ask("health");
      return calls > 0 ? true : undefined;
    });
  };
  return { test, client, open: gate.resolve, working };
};

/** The messages of the last turn. */
const saidIn = ({ messages }: ModelRequest): string[] => {
  const answer = messages.findLastIndex(
    ({ role, ...rest }) => role === "assistant" && !("toolCalls" in rest && rest.toolCalls.length > 0),
  );
  return messages.slice(answer + 1).flatMap((message) => (message.role === "user" ? [message.text] : []));
};

const send = (runId: string, message = `message ${runId}`, queueMode?: Queue["mode"]) => ({
  sessionKey: "main",
  message,
  idempotencyKey: runId,
  ...(queueMode && { queueMode }),
});

const textOf = async (client: RawClient, runId: string): Promise<string> => {
  const end = await client.ended(runId);
  if (end.state !== "final") return end.state;
  return end.message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
};

describe("steer", () => {
  it("shows the message to the running turn, and its sender gets the real answer under its own run id", async () => {
    const { client, open, working } = await start();
    await working();
    await client.request("chat.send", send("b", "and hurry"));
    open();
    expect(await textOf(client, "a")).toBe("saw: work + and hurry");
    expect(await textOf(client, "b")).toBe("saw: work + and hurry");
    const [a, b] = [await client.ended("a"), await client.ended("b")];
    expect(a).toMatchObject({ usage: { outputTokens: 20 } });
    expect(b).toMatchObject({ answeredBy: "a", usage: { outputTokens: 0 }, costUsd: 0 });
    expect(client.chat("b").map((event) => ("phase" in event ? event.phase : event.state))).toEqual([
      "queued",
      "joined",
      "final",
    ]);
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "toolResult", "assistant"]);
    expect(messages[2]).toMatchObject({ runId: "b", answeredBy: "a" });
    expect(await client.request("chat.send", send("b"))).toMatchObject({ status: "ok" });
  });

  it("that comes after the last step of the run becomes a run of its own", async () => {
    const { client, open, working } = await start();
    await working();
    open();
    await client.ended("a");
    expect(await client.converse("b", "later")).toMatchObject({ state: "final" });
    expect(client.chat("b").some((event) => "answeredBy" in event)).toBe(false);
  });

  it("is stopped together with the run it joined", async () => {
    const { client, working } = await start();
    await working();
    await client.request("chat.send", send("b", "and hurry", "followup"));
    expect(await client.request("chat.abort", { sessionKey: "main" })).toMatchObject({ runIds: ["a", "b"] });
    expect(await client.ended("b")).toMatchObject({ state: "aborted" });
  });
});

describe("followup", () => {
  it("waits for a turn of its own", async () => {
    const { client, open, working } = await start({ mode: "followup" });
    await working();
    await client.request("chat.send", send("b"));
    open();
    expect(await textOf(client, "a")).toBe("saw: work");
    expect(await textOf(client, "b")).toBe("saw: message b");
  });

  it("can be asked for by one message in a session that steers", async () => {
    const { client, open, working } = await start();
    await working();
    await client.request("chat.send", send("b", "message b", "followup"));
    open();
    expect(await textOf(client, "b")).toBe("saw: message b");
  });

  it("is what a session of a channel does when the configuration says so", async () => {
    const { client, open, working } = await start({ byChannel: { webchat: "followup" } });
    await working();
    await client.request("chat.send", send("b"));
    open();
    expect(await textOf(client, "b")).toBe("saw: message b");
  });
});

describe("collect", () => {
  it("answers what waited in one turn, each sender under its own run id, counted once", async () => {
    const { client, open, working } = await start({ mode: "collect", debounceMs: 20 });
    await working();
    for (const runId of ["b", "c", "d"]) await client.request("chat.send", send(runId));
    open();
    const answer = "saw: message b + message c + message d";
    for (const runId of ["b", "c", "d"]) expect(await textOf(client, runId)).toBe(answer);
    const { sessions } = await client.request("sessions.list", {});
    expect(sessions[0]).toMatchObject({ outputTokens: 30 });
  });
});

describe("interrupt", () => {
  it("stops the running turn and runs before what waits", async () => {
    const { client, working } = await start();
    await working();
    await client.request("chat.send", send("b", "message b", "followup"));
    await client.request("chat.send", send("c", "no, this", "interrupt"));
    expect(await client.ended("a")).toMatchObject({ state: "aborted" });
    expect(await textOf(client, "c")).toContain("no, this");
    await client.ended("b");
    const ends = client.events.flatMap(({ event, payload }) =>
      event === "chat" && payload.state === "final" ? [payload.runId] : [],
    );
    expect(ends).toEqual(["c", "b"]);
  });
});

describe("a full queue", () => {
  it("tells the sender of the oldest message that it made room", async () => {
    const { client, open, working } = await start({ mode: "followup", cap: 1, drop: "oldest" });
    await working();
    for (const runId of ["b", "c"]) await client.request("chat.send", send(runId));
    expect(await client.ended("b")).toMatchObject({ state: "error", errorKind: "QUEUE_FULL" });
    open();
    expect(await textOf(client, "c")).toBe("saw: message c");
    expect(await client.request("chat.send", send("b"))).toMatchObject({ status: "ok" });
  });

  it("answers shortened messages with the next turn", async () => {
    const { client, open, working } = await start({ mode: "followup", cap: 1 });
    await working();
    await client.request("chat.send", send("b", "long ".repeat(100)));
    await client.request("chat.send", send("c"));
    open();
    const answer = await textOf(client, "b");
    expect(answer).toBe(await textOf(client, "c"));
    expect(answer).toContain("[shortened: too many messages were waiting]");
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.find(({ runId, role }) => runId === "b" && role === "user")).toMatchObject({
      content: [{ text: "long ".repeat(100) }],
    });
  });
});
