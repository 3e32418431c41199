import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import type { LanguageModel, ModelImage, ModelMessage, ToolSpec } from "../port.ts";
import { collect } from "../testing/collect.ts";
import { startFakeAnthropic, type FakeAnthropic } from "../testing/fake-anthropic.ts";
import type { Reply } from "../testing/script.ts";

const KEY = "sk-ant-a-very-secret-key";
const READ: ToolSpec = { name: "read", description: "Reads a file", inputSchema: { type: "object" } };
const PNG: ModelImage = {
  mimeType: "image/png",
  sizeBytes: 3,
  read: () => Promise.resolve(Uint8Array.from([1, 2, 3])),
};

let server: FakeAnthropic;
beforeAll(async () => {
  server = await startFakeAnthropic({ apiKey: KEY });
});
afterAll(() => server.close());

/** The key comes from the environment unless one is configured. */
const model = (id = "claude-opus-4-6", apiKey?: string): Promise<LanguageModel> =>
  createModelCatalog({
    providers: { anthropic: { api: "anthropic-messages", baseUrl: server.baseUrl, ...(apiKey && { apiKey }) } },
    prices: {},
    env: { ANTHROPIC_API_KEY: KEY },
  }).resolve(`anthropic/${id}`);

const lastBody = (): unknown => server.requests.at(-1)?.body;
const http = (status: number, type: string, message = "", headers = {}): Reply => ({ status, type, message, headers });

const calledTool = (id: string): ModelMessage[] => [
  { role: "user", text: "Read it" },
  { role: "assistant", text: "", toolCalls: [{ id, name: "read", input: { path: "a" } }] },
  { role: "tool", results: [{ toolCallId: id, toolName: "read", text: "content", isError: false }] },
];

describe("a model at Anthropic", () => {
  it("streams text delta by delta and finishes with the usage of each kind", async () => {
    server.reply({
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
    expect(lastBody()).toMatchObject({ model: "claude-opus-4-6", stream: true, max_tokens: 16_384 });
  });

  it("yields every tool call of an answer, and input that is no JSON as the raw string", async () => {
    server.reply({
      parts: [
        { text: "Both." },
        { toolUse: { id: "t1", name: "read", input: { path: "a.md", deep: [1, { b: null }] } } },
        { toolUse: { id: "t2", name: "read", input: '{"path": "a' } },
      ],
    });
    const { events } = await collect(await model(), { tools: [READ] });
    expect(events.slice(1)).toEqual([
      { type: "tool-call", id: "t1", name: "read", input: { path: "a.md", deep: [1, { b: null }] } },
      { type: "tool-call", id: "t2", name: "read", input: '{"path": "a' },
      { type: "finish", reason: "tool-calls", usage: expect.anything() },
    ]);
  });

  it("sends a turn of several tools with pictures as Messages expects it, with cache points at its stable ends", async () => {
    await collect(await model(), {
      tools: [READ],
      messages: [
        { role: "user", text: "Read both", images: [PNG] },
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
            { toolCallId: "call:1", toolName: "read", text: "", isError: false, images: [PNG] },
            { toolCallId: "call:2", toolName: "read", text: "no such file", isError: true },
          ],
        },
      ],
    });
    const cache_control = { type: "ephemeral" };
    const picture = { type: "image", source: { type: "base64", media_type: "image/png", data: "AQID" } };
    expect(lastBody()).toMatchObject({
      system: [{ type: "text", text: "You are Koi.", cache_control }],
      tools: [{ name: "read", input_schema: { type: "object" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Read both" },
            { ...picture, cache_control },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Sure." },
            { type: "tool_use", id: "call_1", input: { path: "a" } },
            { type: "tool_use", id: "call_2", input: { rawInvalidInput: "not json" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [picture] },
            {
              type: "tool_result",
              tool_use_id: "call_2",
              content: "Error: no such file",
              is_error: true,
              cache_control,
            },
          ],
        },
      ],
    });
  });

  it("refuses to start without a key, and says which setting is missing", async () => {
    const resolving = createModelCatalog({ providers: {}, prices: {}, env: {} }).resolve("anthropic/claude-opus-4-6");
    await expect(resolving).rejects.toMatchObject({
      code: "MODEL_AUTH_FAILED",
      message: expect.stringContaining("models.providers.anthropic.apiKey"),
    });
  });
});

describe("a thinking model at Anthropic", () => {
  it("thinks with an effort where the model adapts, within its limit", async () => {
    await collect(await model(), { thinking: "medium", maxOutputTokens: 4_000 });
    expect(lastBody()).toMatchObject({
      thinking: { type: "adaptive" },
      output_config: { effort: "medium" },
      max_tokens: 4_000 + 8_192,
    });
  });

  it("thinks with a budget that leaves the answer its tokens", async () => {
    await collect(await model("claude-haiku-4-5"), { thinking: "low", maxOutputTokens: 4_000 });
    expect(lastBody()).toMatchObject({ thinking: { type: "enabled", budget_tokens: 2_048 }, max_tokens: 6_048 });
  });

  it("hands signed reasoning back with the results of the tools it led to, also after a restart", async () => {
    server.reply({
      parts: [
        { reasoning: "I need the file.", signature: "signed" },
        { toolUse: { id: "t9", name: "read", input: { path: "a" } } },
      ],
    });
    const { events } = await collect(await model("claude-haiku-4-5"), { tools: [READ], thinking: "low" });
    const signature = events.flatMap((event) => (event.type === "reasoning-end" ? [event.signature] : []))[0] ?? "";
    const reasoning = [{ text: "I need the file.", signature, model: "anthropic/claude-haiku-4-5" }];
    const messages = calledTool("t9").map((message) =>
      message.role === "assistant" ? { ...message, reasoning } : message,
    );
    await collect(await model("claude-haiku-4-5"), { tools: [READ], thinking: "low", messages });
    expect(lastBody()).toMatchObject({
      thinking: { type: "enabled" },
      messages: [
        {},
        { content: [{ type: "thinking", thinking: "I need the file.", signature: "signed" }, { type: "tool_use" }] },
        {},
      ],
    });
  });

  it("goes on without thinking when the reasoning a budget demands is no longer there", async () => {
    const messages = calledTool("before");
    const { fault } = await collect(await model("claude-haiku-4-5"), { tools: [READ], thinking: "low", messages });
    expect(fault).toBeUndefined();
    expect(JSON.stringify(lastBody())).not.toContain("budget_tokens");
  });
});

describe("a failure of Anthropic", () => {
  it.each([
    [http(429, "rate_limit_error"), "MODEL_THROTTLED", true],
    [http(500, "api_error"), "MODEL_OVERLOADED", true],
    [http(529, "overloaded_error"), "MODEL_OVERLOADED", true],
    [http(403, "permission_error"), "MODEL_AUTH_FAILED", false],
    [http(404, "not_found_error"), "MODEL_NOT_FOUND", false],
    [http(413, "request_too_large"), "MODEL_CONTEXT_TOO_LONG", false],
    [
      http(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      "MODEL_CONTEXT_TOO_LONG",
      false,
    ],
    [http(400, "invalid_request_error", "Your credit balance is too low"), "MODEL_THROTTLED", false],
    [http(400, "invalid_request_error", "messages.0: roles must alternate"), "MODEL_REQUEST_REFUSED", false],
  ])("before the answer, %j, is %s (retryable: %s)", async (reply, code, retryable) => {
    server.reply(reply);
    const { fault, events } = await collect(await model());
    expect(fault).toMatchObject({ code, retryable });
    expect(events).toEqual([]);
  });

  it.each([
    ["overloaded_error", "MODEL_OVERLOADED"],
    ["rate_limit_error", "MODEL_THROTTLED"],
    ["api_error", "MODEL_OVERLOADED"],
    ["an_error_of_tomorrow", "MODEL_STREAM_BROKEN"],
  ])("in mid-stream, %s, is %s after what had come", async (exception, code) => {
    server.reply({ parts: [{ text: "Partial" }, { exception, message: "sorry" }] });
    const { fault, text } = await collect(await model());
    expect(fault).toMatchObject({ code, retryable: true });
    expect(text).toBe("Partial");
  });

  it("at the very start of the stream is told as well", async () => {
    server.reply({ parts: [{ exception: "overloaded_error", message: "Overloaded" }] });
    expect((await collect(await model())).fault).toMatchObject({ code: "MODEL_OVERLOADED", retryable: true });
  });

  it.each(["connection", "stream"] as const)("tells a cut %s from a finished answer", async (cut) => {
    server.reply({ parts: [{ text: "Partial" }, { cut }] });
    const { fault, text } = await collect(await model());
    expect(fault).toMatchObject({ code: "MODEL_STREAM_BROKEN", retryable: true });
    expect(text).toBe("Partial");
  });

  it("passes on how long the server asks to be left alone", async () => {
    server.reply(http(429, "rate_limit_error", "", { "retry-after": "1.5" }));
    expect((await collect(await model())).fault?.retryAfterMs).toBe(1_500);
  });

  it("is not made of an abort, which ends with ABORTED and closes the connection when the signal fires", async () => {
    const aborter = new AbortController();
    server.reply({ parts: [{ text: "Once upon" }, { hang: true }] });
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
    await server.requests.at(-1)?.disconnected;
  });

  it("names the setting when the key is refused, and never the key, even when the server repeats it", async () => {
    const wrong = `${KEY}-wrong`;
    const { fault } = await collect(await model("claude-opus-4-6", wrong));
    expect(fault).toMatchObject({ code: "MODEL_AUTH_FAILED", retryable: false });
    expect(fault?.message).toContain("apiKey");
    expect(`${fault?.message} ${fault?.detail}`).not.toContain(wrong);
  });
});
