import { createLogger } from "@skykoi/log";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connectParams } from "../testing/raw-client.ts";
import { startTestGateway, TOKEN, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway;

beforeAll(async () => {
  test = await startTestGateway({ limits: { maxAuthFailures: 1000, maxInvalidFrames: 3, handshakeTimeoutMs: 300 } });
});
afterAll(() => test.stop());

const wrongToken = JSON.stringify({ type: "req", id: "1", method: "connect", params: connectParams("a wrong one") });

const health = async () => (await test.client()).request("health", {});

describe("handshake", () => {
  it("challenges, then says what the gateway is and offers", async () => {
    const client = test.open({ path: "/ws" });
    const { nonce } = await client.challenge();
    expect(nonce.length).toBeGreaterThan(20);
    const hello = await client.connect({ minProtocol: 2, maxProtocol: 9 });
    expect(hello).toMatchObject({
      protocol: 4,
      auth: { role: "operator", scopes: expect.arrayContaining(["operator.read", "operator.admin"]) },
      snapshot: { sessionDefaults: { mainSessionKey: "agent:main:main" }, health: { ok: true } },
      policy: { maxPayload: 25 * 1024 * 1024 },
    });
    expect(hello.features.methods).toContain("chat.send");
    expect(hello.snapshot.presence).toHaveLength(1);
    expect(hello.cursorExpired).toBeUndefined();
  });

  it("speaks protocol 3 with a client that speaks nothing newer", async () => {
    expect((await test.open().connect({ minProtocol: 3, maxProtocol: 3 })).protocol).toBe(3);
  });

  it.each([
    ["a newer protocol only", { minProtocol: 5, maxProtocol: 9 }, "PROTOCOL_MISMATCH", 1002],
    ["an older protocol only", { minProtocol: 1, maxProtocol: 2 }, "PROTOCOL_MISMATCH", 1002],
    ["a wrong token", { auth: { token: "wrong" } }, "UNAUTHENTICATED", 1008],
    ["an empty token", { auth: { token: "" } }, "UNAUTHENTICATED", 1008],
    ["no token", { auth: {} }, "UNAUTHENTICATED", 1008],
    ["a role that is not offered", { role: "node" }, "INVALID_REQUEST", 1008],
    ["an unknown field", { colour: "red" }, "INVALID_REQUEST", 1008],
    [
      "a wrong device proof",
      { device: { id: "a", publicKey: "AAAA", signature: "AAAA", signedAt: 1, nonce: "another" } },
      "UNAUTHENTICATED",
      1008,
    ],
  ])("refuses %s", async (_case, params, code, closeCode) => {
    const client = test.open();
    await client.challenge();
    const answer = await client.ask("connect", connectParams(TOKEN, params));
    expect(answer).toMatchObject({ ok: false, error: { code } });
    expect(await client.closed).toMatchObject({ code: closeCode });
  });

  it("is noted when the token was wrong, and costs the log nothing when a stranger talks nonsense without end", async () => {
    const lines: string[] = [];
    const log = createLogger({ level: "info", write: (line) => void lines.push(line) });
    const quiet = await startTestGateway({ log, limits: { maxAuthFailures: 2 } });
    for (const frame of ["nonsense", ...Array.from({ length: 4 }, () => wrongToken)]) {
      const client = quiet.open({ headers: { "x-forwarded-for": "198.51.100.7" } });
      await client.challenge();
      client.sendText(frame);
      await client.closed;
    }
    await quiet.stop();
    expect(lines.filter((line) => line.includes("connection refused"))).toHaveLength(2);
    expect(lines.join("")).not.toContain("a wrong one");
  });

  it("survives a stranger whose frame it must quote in letters of several bytes", async () => {
    const client = test.open();
    await client.challenge();
    client.sendText(JSON.stringify({ type: "req", id: "1", method: "connect", ["漢".repeat(60)]: 1 }));
    const { code, reason } = await client.closed;
    expect([code, Buffer.byteLength(reason) <= 123]).toEqual([1008, true]);
    expect(reason).toMatch(/^frame\.漢+$/);
    expect((await health()).ok).toBe(true);
  });

  it.each([
    ["another method", JSON.stringify({ type: "req", id: "1", method: "health" }), "1"],
    ["text that is not JSON", "hello", ""],
    ["a frame that is no request", JSON.stringify({ type: "res", id: "7", ok: true }), "7"],
  ])("refuses %s as the first frame", async (_case, text, id) => {
    const client = test.open();
    await client.challenge();
    client.sendText(text);
    expect(await client.response(id)).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it("closes a connection that does not finish it in time", async () => {
    const client = test.open();
    expect(await client.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("handshake") });
  });

  it("never repeats the token in an answer", async () => {
    const client = test.open();
    await client.challenge();
    const answer = await client.ask("connect", connectParams("gwt_wrong_but_private_123"));
    expect(JSON.stringify(answer)).not.toContain("private");
  });
});

describe("failed attempts", () => {
  it("are limited for each peer, with the time to wait", async () => {
    const strict = await startTestGateway({ limits: { maxAuthFailures: 2 } });
    const attempt = async (token: string, from: string) => {
      const client = strict.open({ headers: { "x-forwarded-for": from } });
      await client.challenge();
      return client.ask("connect", connectParams(token));
    };
    try {
      for (let failure = 0; failure < 2; failure++) await attempt("wrong", "198.51.100.1");
      const refused = await attempt(TOKEN, "198.51.100.1");
      expect(refused).toMatchObject({ ok: false, error: { code: "RATE_LIMITED", retryable: true } });
      expect(refused.ok ? 0 : refused.error.retryAfterMs).toBeGreaterThan(0);
      expect(await attempt(TOKEN, "198.51.100.2")).toMatchObject({ ok: true });
    } finally {
      await strict.stop();
    }
  });
});

describe("requests", () => {
  it.each([
    ["hello", "", "A frame must be JSON text."],
    ["[]", "", "frame must be object"],
    ['"text"', "", "frame must be object"],
    ['{"type":"req","method":"health"}', "", "frame.id is required"],
    ['{"type":"req","id":"a","method":7}', "a", "frame.method must be string"],
    ['{"type":"req","id":"b","method":"health","extra":1}', "b", "frame.extra is not a known field"],
    ['{"type":"event","id":"c","method":"health"}', "c", 'frame.type must be "req"'],
    ['{"type":"req","id":"d","method":"helth"}', "d", 'There is no method "helth"; did you mean "health"?'],
    ['{"type":"req","id":"e","method":"constructor"}', "e", 'There is no method "constructor"'],
    ['{"type":"req","id":"f","method":"health","params":[]}', "f", "health: params must be object"],
    ['{"type":"req","id":"g","method":"chat.send","params":{}}', "g", "chat.send: params.sessionKey is required"],
    [
      '{"type":"req","id":"h","method":"chat.history","params":{"sessionKey":"main","limit":"ten"}}',
      "h",
      "chat.history: params.limit must be integer",
    ],
    [
      '{"type":"req","id":"i","method":"chat.history","params":{"sessionkey":"main"}}',
      "i",
      'params.sessionkey is not a known field; did you mean "sessionKey"?',
    ],
    [
      '{"type":"req","id":"j","method":"chat.history","params":{"sessionKey":"main","__proto__":{"limit":1}}}',
      "j",
      "params.__proto__ is not a known field",
    ],
    ['{"type":"req","id":"k","method":"connect","params":{}}', "k", "already connected"],
  ])("answers %s with what is wrong and where", async (text, id, message) => {
    const client = await test.client();
    client.sendText(text);
    const answer = await client.response(id);
    expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST", retryable: false } });
    const said = answer.ok ? "" : [answer.error.message, ...problems(answer.error.details)].join("\n");
    expect(said).toContain(message);
    expect(await client.request("health", {})).toMatchObject({ ok: true });
  });

  it("closes a connection that sends nothing but invalid frames, and forgives one in between", async () => {
    const client = await test.client();
    for (let frame = 0; frame < 2; frame++) client.sendText("no");
    await client.request("health", {});
    for (let frame = 0; frame < 3; frame++) client.sendText("no");
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it("are allowed only within the granted scopes", async () => {
    const reader = await test.client({ scopes: ["operator.read", "unheard.of"] });
    await reader.request("chat.history", { sessionKey: "main" });
    const refused = await reader.ask("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "scope" });
    expect(refused).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    const nobody = await test.client({ scopes: ["unheard.of"] });
    expect(await nobody.ask("health")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  });

  it("answers every method with a result of its schema", async () => {
    const client = await test.client();
    await client.request("status", {});
    await client.request("models.list", {});
    await client.request("sessions.list", { limit: 1 });
    await client.request("sessions.subscribe", { sessionKey: "main" });
    await client.request("sessions.unsubscribe", {});
    expect(await client.request("agents.list", {})).toMatchObject({ defaultId: "main", agents: [{ name: "Koi" }] });
    expect(await client.request("chat.abort", { sessionKey: "main" })).toMatchObject({ ok: true, aborted: false });
    expect(await client.request("chat.history", { sessionKey: "main" })).toMatchObject({ messages: [] });
  });

  it("survives thousands of mutated frames", async () => {
    const client = await test.client();
    const valid = [
      { type: "req", id: "f1", method: "chat.history", params: { sessionKey: "main", limit: 5 } },
      { type: "req", id: "f2", method: "sessions.subscribe", params: { sessionKey: "main" } },
      { type: "req", id: "f3", method: "health", params: {} },
    ].map((frame) => JSON.stringify(frame));
    const mutated = fc
      .tuple(fc.constantFrom(...valid), fc.nat(), fc.nat({ max: 6 }), fc.string({ unit: "binary", maxLength: 6 }))
      .map(([text, position, removed, inserted]) => {
        const at = position % text.length;
        return text.slice(0, at) + inserted + text.slice(at + removed);
      });
    const anything = fc.oneof(
      { weight: 3, arbitrary: mutated },
      fc.json({ maxDepth: 4 }),
      fc.string({ unit: "binary" }),
      fc.json().map((params) => `{"type":"req","id":"f4","method":"chat.send","params":${params}}`),
    );
    for (const text of fc.sample(anything, 2000)) {
      client.sendText(text);
      // A valid frame in between keeps the connection.
      client.sendText('{"type":"req","id":"ok","method":"health"}');
    }
    await client.barrier();
    // By a client of its own: a mutated frame may have any id.
    const other = await test.client();
    expect(await other.request("health", {})).toMatchObject({ ok: true });
    expect(await health()).toMatchObject({ ok: true, activeRuns: 0 });
  });
});

const problems = (details: unknown): string[] =>
  Array.isArray(details) ? details.map(({ path, message }) => `params.${String(path)} ${String(message)}`) : [];
