import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import type { LanguageModel, ModelMessage, ToolSpec } from "../port.ts";
import { collect } from "../testing/collect.ts";
import { startFakeBedrock, type FakeBedrock } from "../testing/fake-bedrock.ts";
import { readSigV4 } from "../testing/sigv4.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "a secret", AWS_SESSION_TOKEN: "a session" };
const OPUS = "us.anthropic.claude-opus-4-6-v1";
const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const READ: ToolSpec = { name: "read", description: "Reads a file", inputSchema: { type: "object" } };

let bedrock: FakeBedrock;
beforeAll(async () => {
  bedrock = await startFakeBedrock({ secretAccessKeys: { AKIDTEST: "a secret" } });
});
afterAll(() => bedrock.close());

const model = (id = OPUS): Promise<LanguageModel> =>
  createModelCatalog({
    providers: { "amazon-bedrock": { api: "bedrock-converse-stream", region: "eu-west-1", baseUrl: bedrock.url } },
    prices: {},
    env: KEYS,
  }).resolve(`amazon-bedrock/${id}`);

const lastBody = (): unknown => bedrock.requests.at(-1)?.body;

const calledTool = (id: string): ModelMessage[] => [
  { role: "user", text: "Read it" },
  { role: "assistant", text: "", toolCalls: [{ id, name: "read", input: { path: "a" } }] },
  { role: "tool", results: [{ toolCallId: id, toolName: "read", text: "content", isError: false }] },
];

describe("a model on Bedrock", () => {
  it("streams text delta by delta and finishes with the usage of each kind", async () => {
    bedrock.reply({
      parts: [{ text: ["Hel", "lo ", "wörld"] }],
      usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 100, cacheWriteTokens: 20 },
    });
    const { events } = await collect(await model());
    expect(events).toEqual([
      { type: "text-delta", text: "Hel" },
      { type: "text-delta", text: "lo " },
      { type: "text-delta", text: "wörld" },
      {
        type: "finish",
        reason: "stop",
        usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 100, cacheWriteTokens: 20 },
      },
    ]);
  });

  it("signs its requests so that AWS accepts them, also for model ids that need encoding", async () => {
    const { fault } = await collect(await model(HAIKU));
    expect(fault).toBeUndefined();
    const request = bedrock.requests.at(-1);
    expect(request?.path).toBe("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse-stream");
    expect(request && readSigV4(request)).toEqual({ accessKeyId: "AKIDTEST", region: "eu-west-1", service: "bedrock" });
    expect(request?.headers["x-amz-security-token"]).toBe("a session");
  });

  it("yields every tool call of an answer with parsed input", async () => {
    bedrock.reply({
      parts: [
        { text: "Both." },
        { toolUse: { id: "t1", name: "read", input: { path: "a.md", deep: [1, { b: null }] } } },
        { toolUse: { id: "t2", name: "ls", input: {} } },
      ],
    });
    const { events } = await collect(await model(), { tools: [READ] });
    expect(events.slice(1)).toEqual([
      { type: "tool-call", id: "t1", name: "read", input: { path: "a.md", deep: [1, { b: null }] } },
      { type: "tool-call", id: "t2", name: "ls", input: {} },
      { type: "finish", reason: "tool-calls", usage: expect.anything() },
    ]);
  });

  it("yields tool input that is no JSON as the raw string", async () => {
    bedrock.reply({
      parts: [{ toolUse: { id: "t1", name: "read", input: '{"path": "a' } }],
      stopReason: "max_tokens",
    });
    const { events } = await collect(await model(), { tools: [READ] });
    expect(events).toMatchObject([
      { type: "tool-call", input: '{"path": "a' },
      { type: "finish", reason: "length" },
    ]);
  });

  it("sends a turn of several tools as Converse expects it, with cache points at its stable ends", async () => {
    await collect(await model(), {
      tools: [READ],
      messages: [
        { role: "user", text: "Read both" },
        {
          role: "assistant",
          text: "Sure.",
          toolCalls: [
            { id: "call:1", name: "read", input: { path: "a" } },
            { id: "call:2", name: "read", input: "not json" },
          ],
        },
        {
          role: "tool",
          results: [
            { toolCallId: "call:1", toolName: "read", text: "", isError: false },
            { toolCallId: "call:2", toolName: "read", text: "no such file", isError: true },
          ],
        },
      ],
    });
    const cachePoint = { cachePoint: { type: "default" } };
    expect(lastBody()).toMatchObject({
      system: [{ text: "You are Koi." }, cachePoint],
      inferenceConfig: { maxTokens: 16_384 },
      toolConfig: { tools: [{ toolSpec: { name: "read", inputSchema: { json: { type: "object" } } } }] },
      messages: [
        { role: "user", content: [{ text: "Read both" }, cachePoint] },
        {
          role: "assistant",
          content: [
            { text: "Sure." },
            { toolUse: { toolUseId: "call_1", name: "read", input: { path: "a" } } },
            { toolUse: { toolUseId: "call_2", name: "read", input: { rawInvalidInput: "not json" } } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "call_1", content: [{ text: "(no output)" }] } },
            { toolResult: { toolUseId: "call_2", content: [{ text: "Error: no such file" }] } },
            cachePoint,
          ],
        },
      ],
    });
  });

  it("sends no cache points to a model that does not cache", async () => {
    await collect(await model("meta.llama3-3-70b-instruct-v1:0"));
    expect(JSON.stringify(lastBody())).not.toContain("cachePoint");
  });
});

describe("a thinking model on Bedrock", () => {
  it("thinks with an effort where the model adapts", async () => {
    bedrock.reply({ parts: [{ reasoning: "Hm.", signature: "s" }, { text: "Yes." }] });
    const { events } = await collect(await model(), { thinking: "medium" });
    expect(events.slice(0, 3)).toEqual([
      { type: "reasoning-delta", text: "Hm." },
      { type: "reasoning-end", signature: expect.stringContaining('"s"') },
      { type: "text-delta", text: "Yes." },
    ]);
    expect(lastBody()).toMatchObject({
      additionalModelRequestFields: { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
    });
  });

  it("thinks with a budget that leaves the answer its tokens", async () => {
    await collect(await model(HAIKU), { thinking: "low", maxOutputTokens: 4_000 });
    expect(lastBody()).toMatchObject({
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2_048 } },
      inferenceConfig: { maxTokens: 6_048 },
    });
  });

  it("hands signed reasoning back with the results of the tools it led to, also after a restart", async () => {
    bedrock.reply({
      parts: [
        { reasoning: "I need the file.", signature: "signed" },
        { toolUse: { id: "t9", name: "read", input: { path: "a" } } },
      ],
    });
    const { events } = await collect(await model(HAIKU), { tools: [READ], thinking: "low" });
    const signature = events.flatMap((event) => (event.type === "reasoning-end" ? [event.signature] : []))[0] ?? "";
    const reasoning = [{ text: "I need the file.", signature, model: `amazon-bedrock/${HAIKU}` }];
    const [ask, answer, result] = calledTool("t9");
    if (!ask || answer?.role !== "assistant" || !result) throw new Error("no turn");
    const messages = [ask, { ...answer, reasoning }, result];
    await collect(await model(HAIKU), { tools: [READ], thinking: "low", messages });
    expect(lastBody()).toMatchObject({
      additionalModelRequestFields: { thinking: { type: "enabled" } },
      messages: [
        {},
        {
          content: [
            { reasoningContent: { reasoningText: { text: "I need the file.", signature: "signed" } } },
            { toolUse: { toolUseId: "t9" } },
          ],
        },
        {},
      ],
    });
    await collect(await model(), { tools: [READ], thinking: "low", messages });
    expect(JSON.stringify(lastBody())).not.toContain("I need the file.");
  });

  it("goes on without thinking when the reasoning a budget demands is no longer there", async () => {
    const { fault } = await collect(await model(HAIKU), {
      tools: [READ],
      thinking: "low",
      messages: calledTool("before-restart"),
    });
    expect(fault).toBeUndefined();
    expect(JSON.stringify(lastBody())).not.toContain("thinking");
  });
});

describe("a call of a model on Bedrock", () => {
  it("ends with ABORTED and closes the connection when the signal fires", async () => {
    const aborter = new AbortController();
    bedrock.reply({ parts: [{ text: "Once upon" }, { hang: true }] });
    const stream = (await model()).stream({
      system: "",
      messages: [{ role: "user", text: "Tell" }],
      tools: [],
      signal: aborter.signal,
    });
    const reading = (async () => {
      for await (const event of stream) if (event.type === "text-delta") aborter.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    await bedrock.requests.at(-1)?.disconnected;
  });

  it("closes the connection when the reader leaves early", async () => {
    bedrock.reply({ parts: [{ text: "Once upon" }, { hang: true }] });
    for await (const event of (await model()).stream({
      system: "",
      messages: [{ role: "user", text: "Tell" }],
      tools: [],
      signal: new AbortController().signal,
    })) {
      if (event.type === "text-delta") break;
    }
    await bedrock.requests.at(-1)?.disconnected;
  });

  it("makes no request when the signal has already fired", async () => {
    const before = bedrock.requests.length;
    const { fault } = await collect(await model(), { signal: AbortSignal.abort() });
    expect(fault?.code).toBe("ABORTED");
    expect(bedrock.requests).toHaveLength(before);
  });
});
