import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import type { LanguageModel, ToolSpec } from "../port.ts";
import { collect } from "../testing/collect.ts";
import { startFakeOpenAi, type FakeOpenAi } from "../testing/fake-openai.ts";
import type { Reply } from "../testing/script.ts";

const KEY = "sk-a-very-secret-key";
const READ: ToolSpec = { name: "read", description: "Reads a file", inputSchema: { type: "object" } };

let server: FakeOpenAi;
beforeAll(async () => {
  server = await startFakeOpenAi({ apiKey: KEY });
});
afterAll(() => server.close());

const model = (apiKey = KEY): Promise<LanguageModel> =>
  createModelCatalog({
    providers: { lab: { api: "openai-completions", baseUrl: server.baseUrl, apiKey } },
    prices: {},
    env: {},
  }).resolve("lab/org/tiny");

const http = (status: number, type: string, message = "", headers = {}): Reply => ({ status, type, message, headers });

describe("a model behind an OpenAI-compatible server", () => {
  it("streams reasoning and text and finishes with usage, cached tokens apart", async () => {
    server.reply({
      parts: [{ reasoning: "Hm." }, { text: ["Hel", "lo"] }],
      usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 100 },
    });
    const { events } = await collect(await model());
    expect(events).toEqual([
      { type: "reasoning-delta", text: "Hm." },
      { type: "text-delta", text: "Hel" },
      { type: "text-delta", text: "lo" },
      {
        type: "finish",
        reason: "stop",
        usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 100, cacheWriteTokens: 0 },
      },
    ]);
    expect(server.requests.at(-1)?.body).toMatchObject({
      model: "org/tiny",
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "You are Koi." },
        { role: "user", content: "Hello" },
      ],
    });
  });

  it("yields several tool calls, also from a server that then says stop", async () => {
    server.reply({
      parts: [
        { toolUse: { id: "c1", name: "read", input: { path: "a" } } },
        { toolUse: { id: "c2", name: "read", input: "{broken" } },
      ],
      stopReason: "stop",
    });
    const { events } = await collect(await model(), { tools: [READ] });
    expect(events).toMatchObject([
      { type: "tool-call", id: "c1", name: "read", input: { path: "a" } },
      { type: "tool-call", id: "c2", name: "read", input: "{broken" },
      { type: "finish", reason: "tool-calls" },
    ]);
  });

  it("sends tools, their calls and results, and a limit within the model's", async () => {
    await collect(await model(), {
      tools: [READ],
      thinking: "low",
      maxOutputTokens: 1_000_000,
      messages: [
        { role: "user", text: "Read" },
        { role: "assistant", text: "", toolCalls: [{ id: "c:1", name: "read", input: { path: "a" } }] },
        { role: "tool", results: [{ toolCallId: "c:1", toolName: "read", text: "gone", isError: true }] },
      ],
    });
    expect(server.requests.at(-1)?.body).toMatchObject({
      max_tokens: 4_096,
      reasoning_effort: "low",
      tools: [{ type: "function", function: { name: "read" } }],
      messages: [
        {},
        {},
        { role: "assistant", tool_calls: [{ id: "c:1", function: { name: "read", arguments: '{"path":"a"}' } }] },
        { role: "tool", tool_call_id: "c:1", content: "Error: gone" },
      ],
    });
  });
});

describe("a failure of an OpenAI-compatible server", () => {
  it.each([
    [http(429, "rate_limit_exceeded"), "MODEL_THROTTLED", true],
    [http(429, "insufficient_quota"), "MODEL_THROTTLED", false],
    [http(500, "server_error"), "MODEL_OVERLOADED", true],
    [http(503, ""), "MODEL_OVERLOADED", true],
    [http(529, "overloaded_error"), "MODEL_OVERLOADED", true],
    [http(404, "model_not_found"), "MODEL_NOT_FOUND", false],
    [http(400, "context_length_exceeded"), "MODEL_CONTEXT_TOO_LONG", false],
    [
      http(400, "invalid_request_error", "This model's maximum context length is 8192 tokens."),
      "MODEL_CONTEXT_TOO_LONG",
      false,
    ],
    [
      http(400, "exceed_context_size_error", "the request exceeds the available context size"),
      "MODEL_CONTEXT_TOO_LONG",
      false,
    ],
    [http(400, "invalid_request_error", "Unknown parameter."), "MODEL_REQUEST_REFUSED", false],
  ])("maps %j to %s (retryable: %s)", async (reply, code, retryable) => {
    server.reply(reply);
    expect((await collect(await model())).fault).toMatchObject({ code, retryable });
  });

  it("passes on how long the server asks to be left alone", async () => {
    server.reply(http(429, "rate_limit_exceeded", "", { "retry-after": "1.5" }));
    expect((await collect(await model())).fault?.retryAfterMs).toBe(1_500);
  });

  it.each([
    ["rate_limit_exceeded", "MODEL_THROTTLED"],
    ["server_error", "MODEL_OVERLOADED"],
    ["context_length_exceeded", "MODEL_CONTEXT_TOO_LONG"],
    ["something_new", "MODEL_STREAM_BROKEN"],
  ])("maps %s in mid-stream to %s after what had come", async (exception, code) => {
    server.reply({ parts: [{ text: "Partial" }, { exception, message: "sorry" }] });
    const { fault, text } = await collect(await model());
    expect(fault?.code).toBe(code);
    expect(text).toBe("Partial");
  });

  it.each(["connection", "stream"] as const)("tells a cut %s from a finished answer", async (cut) => {
    server.reply({ parts: [{ text: "Partial" }, { cut }] });
    const { fault, text } = await collect(await model());
    expect(fault).toMatchObject({ code: "MODEL_STREAM_BROKEN", retryable: true });
    expect(text).toBe("Partial");
  });

  it("is not made of an abort, which ends with ABORTED and closes the connection when the signal fires", async () => {
    const aborter = new AbortController();
    server.reply({ parts: [{ text: "Once upon" }, { hang: true }] });
    const reading = (async () => {
      for await (const event of (await model()).stream({
        system: "",
        messages: [{ role: "user", text: "Tell" }],
        tools: [],
        signal: aborter.signal,
      })) {
        if (event.type === "text-delta") aborter.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    await server.requests.at(-1)?.disconnected;
  });

  it("names the setting when the key is refused, and never the key, even when the server repeats it", async () => {
    const wrong = `${KEY}-wrong`;
    const { fault } = await collect(await model(wrong));
    expect(fault).toMatchObject({ code: "MODEL_AUTH_FAILED", retryable: false });
    expect(fault?.message).toContain("apiKey");
    expect(`${fault?.message} ${fault?.detail}`).not.toContain(wrong);
  });
});
