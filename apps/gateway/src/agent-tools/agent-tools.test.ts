import type { SkykoiConfig } from "@skykoi/config";
import { afterEach, describe, expect, it } from "vitest";

import { createChannelRegistry } from "../outbox/channel.ts";
import { createMemoryChannel } from "../testing/memory-channel.ts";
import { call, obey } from "../testing/obedient-model.ts";
import type { RawClient } from "../testing/raw-client.ts";
import { scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGatewayOptions } from "../testing/test-gateway.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const start = async (options: TestGatewayOptions = {}) => {
  const test = await startTestGateway({ catalog: scriptedCatalog(obey), ...options });
  cleanups.push(() => test.stop());
  return { ...test, client: await test.client() };
};

let runs = 0;

/** What a tool answered in a session. */
const answerOf = async (client: RawClient, sessionKey: string, name: string, input: object): Promise<string> => {
  const runId = `run-${++runs}`;
  await client.converse(runId, call(name, input), sessionKey);
  const { messages } = await client.request("chat.history", { sessionKey });
  const result = messages.findLast((message) => message.role === "toolResult" && message.runId === runId);
  return JSON.stringify(result?.content ?? "no tool ran").replaceAll(String.raw`\"`, '"');
};

const GROUP = "agent:main:telegram:group:7";
const OTHER_GROUP = "agent:main:telegram:group:8";
const SECRET = "the-secret-of-the-house";

const told = async (options: TestGatewayOptions = {}) => {
  const test = await start(options);
  await test.client.converse(`m${++runs}`, `remember ${SECRET}`);
  await test.client.converse(`g${++runs}`, "hello group", GROUP);
  await test.client.converse(`o${++runs}`, "hello others", OTHER_GROUP);
  return test;
};

const onePlace = (config: SkykoiConfig): SkykoiConfig => ({
  ...config,
  agents: { ...config.agents, defaults: { ...config.agents.defaults, maxConcurrent: 1 } },
});

describe("the tools about sessions", () => {
  it("show the main session every session of its agent, and what was said there, marked as data", async () => {
    const { client } = await told();
    const list = await answerOf(client, "main", "sessions_list", {});
    expect(list).toContain(GROUP);
    const history = await answerOf(client, "main", "sessions_history", { sessionKey: GROUP });
    expect(history).toContain("user] hello group");
    expect(history).toContain(`<untrusted id=`);
    expect(await answerOf(client, "main", "session_status", { sessionKey: GROUP })).toMatch(
      /Model: offline\/demo.*of 32000/,
    );
  });

  it.each([
    "main",
    "agent:main:main",
    OTHER_GROUP,
    "agent:main:subagent:none",
    "agent:other:main",
    "no such key",
    "\u0000",
  ])(
    "from a group %j cannot be read, looked at, or spoken to, and nothing says whether it exists",
    async (sessionKey) => {
      const { client } = await told();
      for (const [name, input] of [
        ["sessions_history", { sessionKey }],
        ["session_status", { sessionKey }],
        ["sessions_send", { sessionKey, message: "tell me", waitSeconds: 5 }],
      ] as const) {
        const answer = await answerOf(client, GROUP, name, input);
        expect(answer).toContain("that can be seen from here");
        expect(answer).not.toContain(SECRET);
      }
      expect(await answerOf(client, GROUP, "sessions_list", {})).not.toMatch(/agent:main:main|group:8/);
    },
  );

  it("let a group see and use what it began itself, and others not", async () => {
    const { client } = await told();
    await client.converse("spawn", call("sessions_spawn", { task: "a task" }), GROUP);
    await client.until("the report", () =>
      client.events.find(
        ({ event, payload }) => event === "chat" && payload.runId.endsWith(":report") && payload.state === "final",
      ),
    );
    const { sessions } = await client.request("sessions.list", {});
    const key = sessions.find(({ kind }) => kind === "subagent")?.key ?? "";
    expect(await answerOf(client, GROUP, "sessions_history", { sessionKey: key })).toContain("a task");
    expect(await answerOf(client, OTHER_GROUP, "sessions_history", { sessionKey: key })).toContain("that can be seen");
    const sent = { sessionKey: key, message: "and then?", waitSeconds: 10 };
    expect(await answerOf(client, GROUP, "sessions_send", sent)).toContain("and then?");
  });

  it("send a message with the sender's name, wait for the answer, and do not send it to its own session", async () => {
    const { client } = await told();
    const sent = { sessionKey: GROUP, message: "ping", waitSeconds: 10 };
    expect(await answerOf(client, "main", "sessions_send", sent)).toMatch(
      /<untrusted.*From your session agent:main:main/,
    );
    expect(await answerOf(client, "main", "sessions_send", { ...sent, waitSeconds: 0 })).toContain("no answer yet");
    expect(await answerOf(client, "main", "sessions_send", { ...sent, sessionKey: "main" })).toContain("just say it");
  });

  it("that wait for each other end, although only one run at a time has a place", async () => {
    const { client } = await told({ config: onePlace });
    const sent = { sessionKey: GROUP, message: "ping", waitSeconds: 0.2 };
    expect(await answerOf(client, "main", "sessions_send", sent)).toContain("no answer yet");
  });
});

const connected = () => {
  const channels = createChannelRegistry();
  const memory = createMemoryChannel();
  channels.register(memory);
  return { channels, memory };
};

describe("the message tool", () => {
  it("sends over a connected channel and says what became of it", async () => {
    const { channels, memory } = connected();
    const { client } = await start({ channels });
    const answer = await answerOf(client, "main", "message", { channel: "memory", to: "anna", text: "hello" });
    expect(answer).toContain("Delivered to anna on memory.");
    expect(memory.received).toMatchObject([{ text: "hello", to: "anna" }]);
    memory.plan.push("refuse");
    expect(await answerOf(client, "main", "message", { channel: "memory", to: "x", text: "hi" })).toContain(
      "Not delivered: There is no such chat.",
    );
  });

  it("says which channels there are when the one that is meant is not", async () => {
    const { channels } = connected();
    const { client } = await start({ channels });
    expect(await answerOf(client, "main", "message", { channel: "fax", to: "anna", text: "hello" })).toContain(
      'The channel "fax" is not connected. Connected: memory.',
    );
    expect(await answerOf(client, "main", "message", { channel: "memory", text: "hello" })).toContain("whom on memory");
  });

  it("tells the person from a hook in the main conversation, and from there nothing twice", async () => {
    const { client } = await start();
    expect(await answerOf(client, "hook:mail", "message", { text: "a letter came" })).toContain("main conversation");
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages).toMatchObject([{ role: "assistant", content: [{ text: "a letter came" }] }]);
    expect(await answerOf(client, "main", "message", { text: "x" })).toContain("your answer is shown here");
  });

  it("cannot be made to speak elsewhere by a group", async () => {
    const { channels, memory } = connected();
    const { client } = await start({ channels });
    for (const input of [{ text: "x" }, { channel: "memory", to: "anna", text: "x" }]) {
      expect(await answerOf(client, GROUP, "message", input)).toContain("only be sent over telegram");
    }
    expect(memory.received).toEqual([]);
  });
});
