import { describe, expect, it } from "vitest";

import type { ModelEvent, ModelMessage, ModelRequest, ToolSpec } from "../port.ts";
import { createOfflineModel } from "./offline-model.ts";

const TOOLS: ToolSpec[] = ["exec", "write", "read", "ls", "edit"].map((name) => ({
  name,
  description: name,
  inputSchema: { type: "object" },
}));

const user = (text: string): ModelMessage => ({ role: "user", text });
const answered: ModelMessage = { role: "assistant", text: "Hello.", toolCalls: [] };

const ask = async (messages: readonly ModelMessage[], request: Partial<ModelRequest> = {}): Promise<ModelEvent[]> => {
  const { signal } = new AbortController();
  const model = createOfflineModel({ chunkDelayMs: 0 });
  const events: ModelEvent[] = [];
  for await (const event of model.stream({ system: "", messages, tools: TOOLS, signal, ...request })) {
    events.push(event);
  }
  return events;
};

const textOf = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

const callOf = (events: readonly ModelEvent[]) => events.find((event) => event.type === "tool-call");

/** Plays the agent: answers each tool call with the next result until the model speaks. */
const turn = async (start: readonly ModelMessage[], results: readonly { text: string; isError?: boolean }[]) => {
  const messages = [...start];
  const calls = [];
  for (const { text, isError = false } of results) {
    const call = callOf(await ask(messages));
    if (!call) break;
    calls.push({ name: call.name, input: call.input });
    messages.push(
      { role: "assistant", text: "", toolCalls: [call] },
      { role: "tool", results: [{ toolCallId: call.id, toolName: call.name, text, isError }] },
    );
  }
  return { calls, answer: textOf(await ask(messages)) };
};

describe("the offline model", () => {
  it("says in its first answer that it is not a language model and how to connect one", async () => {
    const events = await ask([user("hello")]);
    expect(textOf(events)).toMatch(/offline demo.*not a language model/);
    expect(textOf(events)).toContain("SKYKOI_MODEL");
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop", usage: { inputTokens: 0, outputTokens: 0 } });
  });

  it("introduces itself once a conversation", async () => {
    expect(textOf(await ask([user("hi"), answered, user("what can you do")]))).not.toContain("offline demo");
  });

  it("introduces itself also when the first message is work", async () => {
    const { answer } = await turn([user("run pwd")], [{ text: "/home/koi" }]);
    expect(answer).toMatch(/offline demo[\s\S]*I ran `pwd`:\n\n```\n\/home\/koi\n```$/);
  });

  it("does two joined wishes one after the other and reports both", async () => {
    const { calls, answer } = await turn(
      [user("hi"), answered, user("create a.txt with hello and then read it")],
      [{ text: "ok" }, { text: "hello" }],
    );
    expect(calls).toEqual([
      { name: "write", input: { path: "a.txt", content: "hello" } },
      { name: "read", input: { path: "a.txt" } },
    ]);
    expect(answer).toBe("I wrote `a.txt`.\n\n`a.txt` says:\n\n```\nhello\n```");
  });

  it("stops after a failed step and says so", async () => {
    const { calls, answer } = await turn(
      [user("hi"), answered, user("read a.txt and then run pwd")],
      [{ text: "no such file", isError: true }, { text: "never" }],
    );
    expect(calls).toHaveLength(1);
    expect(answer).toMatch(/did not work[\s\S]*no such file[\s\S]*did not go on/);
  });

  it("fences output that holds fences of its own", async () => {
    const { answer } = await turn([user("hi"), answered, user("cat a.md")], [{ text: "```\nx\n```" }]);
    expect(answer).toContain("\n\n````\n```\nx\n```\n````");
  });

  it("asks only for tools that are offered", async () => {
    const events = await ask([user("run pwd")], { tools: [] });
    expect(callOf(events)).toBeUndefined();
    expect(textOf(events)).toContain("`exec`");
  });

  it("lists what it understands when it does not understand", async () => {
    expect(textOf(await ask([user("hi"), answered, user("compose a sonnet")]))).toContain("run `uname -a`");
  });

  it("is deterministic", async () => {
    expect(await ask([user("run pwd")])).toEqual(await ask([user("run pwd")]));
  });

  it("gives different tool calls different ids", async () => {
    const first = callOf(await ask([user("run pwd")]));
    const second = callOf(await ask([user("run pwd"), answered, user("run pwd")]));
    expect(first?.id).not.toBe(second?.id);
  });

  it("streams in chunks and stops at an abort", async () => {
    const aborter = new AbortController();
    const stream = createOfflineModel({ chunkDelayMs: 60_000 }).stream({
      system: "",
      messages: [user("hello")],
      tools: TOOLS,
      signal: aborter.signal,
    });
    const heard: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of stream) {
        heard.push(event);
        aborter.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    expect(heard).toHaveLength(1);
  });
});
