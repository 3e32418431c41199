import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { createGate, echo, lastUserText, say, scriptedCatalog, type Script } from "../../testing/scripted-catalog.ts";
import { startTestGateway, TOKEN, type TestGateway } from "../../testing/test-gateway.ts";

let test: TestGateway;
let script: Script = echo;
let openai: OpenAI;

beforeAll(async () => {
  test = await startTestGateway({
    catalog: scriptedCatalog((request) => script(request)),
    config: (config) => ({
      ...config,
      gateway: { ...config.gateway, http: { ...config.gateway.http, openai: { enabled: true } } },
    }),
  });
  openai = new OpenAI({ apiKey: TOKEN, baseURL: `http://127.0.0.1:${test.gateway.port}/v1` });
});
afterAll(() => test.stop());
afterEach(() => {
  script = echo;
});

const user = (content: string) => ({ role: "user" as const, content });

describe("chat completions", () => {
  it("answer in one piece, with usage", async () => {
    const { choices, usage, object } = await openai.chat.completions.create({
      model: "koi",
      messages: [user("hello")],
    });
    expect(object).toBe("chat.completion");
    expect(choices[0]).toMatchObject({ finish_reason: "stop", message: { role: "assistant", content: "echo: hello" } });
    expect(usage).toMatchObject({ completion_tokens: 10, total_tokens: 10 });
  });

  it("stream piece by piece, with usage at the end when it is asked for", async () => {
    const stream = await openai.chat.completions.create({
      model: "koi/main",
      messages: [user("a long message that takes more than one piece")],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(text).toBe("echo: a long message that takes more than one piece");
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 10 } });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it("begin anew with each request, with what the client says was said before", async () => {
    const seen: string[][] = [];
    script = (request) => {
      seen.push(request.messages.map((m) => `${m.role}: ${m.role === "tool" ? "" : m.text}`));
      return say("yes");
    };
    const messages = [user("one"), { role: "assistant" as const, content: "two" }, user("three")];
    await openai.chat.completions.create({ model: "koi", messages });
    await openai.chat.completions.create({ model: "koi", messages: [user("alone")] });
    expect(seen).toEqual([["user: one", "assistant: two", "user: three"], ["user: alone"]]);
  });

  it("remember for a user, and for a named session", async () => {
    const lengths: number[] = [];
    script = (request) => {
      lengths.push(request.messages.length);
      return say("noted");
    };
    for (let time = 0; time < 2; time++) {
      await openai.chat.completions.create({ model: "koi", messages: [user("hi")], user: "bob" });
      const headers = { "x-skykoi-session-key": "notes" };
      await openai.chat.completions.create({ model: "koi", messages: [user("hi")] }, { headers });
    }
    expect(lengths).toEqual([1, 1, 3, 3]);
    const client = await test.client();
    const { sessions } = await client.request("sessions.list", {});
    const keys = sessions.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(["agent:main:openai:user:bob", "agent:main:notes"]));
  });

  it("hand system messages to the model for this request", async () => {
    let system = "";
    script = (request) => {
      ({ system } = request);
      return say("ok");
    };
    await openai.chat.completions.create({
      model: "koi",
      messages: [{ role: "system", content: "Speak like a pirate." }, user("hi")],
    });
    expect(system).toMatch(/Speak like a pirate\.$/);
  });
});

describe("a chat completion", () => {
  it("with the same Idempotency-Key is one run with one answer", async () => {
    let runs = 0;
    script = (request) => {
      runs++;
      return say(`${lastUserText(request)} ${runs}`);
    };
    const headers = { "Idempotency-Key": "order-7" };
    const ask = async () => {
      const { choices } = await openai.chat.completions.create({ model: "koi", messages: [user("go")] }, { headers });
      return choices[0]?.message.content;
    };
    const answers = [...(await Promise.all([ask(), ask()])), await ask()];
    expect(answers).toEqual(["go 1", "go 1", "go 1"]);
  });

  it("stops when its client leaves", async () => {
    const gate = createGate();
    script = gate.script;
    const controller = new AbortController();
    const asked = openai.chat.completions.create(
      { model: "koi", messages: [user("wait")], stream: true },
      { signal: controller.signal },
    );
    const stream = await asked;
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    controller.abort();
    const client = await test.client();
    const active = async () => (await client.request("health", {})).activeRuns;
    await expect.poll(active, { timeout: 5000 }).toBe(0);
    gate.open();
  });

  it("fails in the words of OpenAI, and is not repeated by its client", async () => {
    let calls = 0;
    script = async function* broken() {
      calls++;
      yield* [];
      throw Object.assign(new Error("boom"), {});
    };
    const failing = openai.chat.completions.create({ model: "koi", messages: [user("x")] });
    await expect(failing).rejects.toMatchObject({ status: 500, type: "server_error" });
    expect(calls).toBe(1);
  });

  it.each([
    [{ model: "koi/nobody" }, 404, "model_not_found"],
    [{ messages: [] }, 400, "invalid_request"],
    [{ messages: [{ role: "assistant" as const, content: "I end it" }] }, 400, "invalid_request"],
    [{ n: 2 }, 400, "invalid_request"],
    [{ tools: [{ type: "function" as const, function: { name: "f" } }] }, 400, "invalid_request"],
  ])("is refused for %j with %i", async (change, status, code) => {
    const asked = openai.chat.completions.create({ model: "koi", messages: [user("x")], ...change });
    await expect(asked).rejects.toMatchObject({ status, code });
  });

  it("is refused for a wrong key", async () => {
    const stranger = new OpenAI({ apiKey: "wrong", baseURL: openai.baseURL });
    const asked = stranger.chat.completions.create({ model: "koi", messages: [user("x")] });
    await expect(asked).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
  });
});

describe("responses", () => {
  it("answer, and go on where the previous one ended", async () => {
    const first = await openai.responses.create({ model: "koi", input: "hello", instructions: "Be short." });
    expect(first).toMatchObject({ status: "completed", output_text: "echo: hello", usage: { output_tokens: 10 } });
    let length = 0;
    script = (request) => {
      length = request.messages.length;
      return say("again");
    };
    const second = await openai.responses.create({ model: "koi", input: "more", previous_response_id: first.id });
    expect([second.output_text, second.previous_response_id, length]).toEqual(["again", first.id, 3]);
  });

  it("stream the events of the API in their order", async () => {
    const stream = await openai.responses.create({
      model: "koi",
      input: [{ role: "user", content: [{ type: "input_text", text: "hello there" }] }],
      stream: true,
    });
    const events = await Array.fromAsync(stream);
    const kinds = events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
    expect(kinds).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at));
    expect(events.at(-1)).toMatchObject({ response: { output: [{ content: [{ text: "echo: hello there" }] }] } });
  });

  it("refuse an id that is none of theirs", async () => {
    const asked = openai.responses.create({ model: "koi", input: "x", previous_response_id: "resp_nonsense" });
    await expect(asked).rejects.toMatchObject({ status: 400 });
  });
});

describe("models", () => {
  it("are the agents and what can be used", async () => {
    const models = await Array.fromAsync(openai.models.list());
    expect(models.map(({ id }) => id)).toEqual(["koi", "koi/main", "offline/demo"]);
    expect(await openai.models.retrieve("koi/main")).toMatchObject({ id: "koi/main", object: "model" });
    await expect(openai.models.retrieve("none")).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  });
});
