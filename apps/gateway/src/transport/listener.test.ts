import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { finish, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway;

beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${test.gateway.port}${path}`, init);

describe("HTTP", () => {
  it.each(["/healthz", "/readyz", "/startupz", "/healthz?from=probe"])("answers %s", async (path) => {
    const response = await ask(path);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  it.each(["/", "/metric", "/healthz/", "/%00", "//", "/v1/chat/completions"])("says 404 to %s", async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "NOT_FOUND", type: "/docs/errors#NOT_FOUND" });
  });

  it("takes only GET and HEAD", async () => {
    expect((await ask("/healthz", { method: "HEAD" })).status).toBe(200);
    const response = await ask("/healthz", { method: "POST", body: "x".repeat(1000) });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("refuses headers that are too large", async () => {
    expect((await ask("/healthz", { headers: { "x-large": "x".repeat(20_000) } })).status).toBe(431);
  });
});

const upgrade = async (path: string, headers: Record<string, string>): Promise<number | undefined> => {
  const sent = request(`http://127.0.0.1:${test.gateway.port}${path}`, {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.alloc(16).toString("base64"),
      ...headers,
    },
  }).end();
  const status = await Promise.race([
    once(sent, "response").then(([response]) => response.statusCode),
    once(sent, "upgrade").then(([response, socket]) => {
      socket.destroy();
      return response.statusCode;
    }),
  ]);
  sent.destroy();
  return status;
};

describe("upgrades", () => {
  it.each([
    ["/", {}, 101],
    ["/ws", {}, 101],
    ["/ws?x=1", {}, 101],
    ["/elsewhere", {}, 404],
    ["/", { origin: "https://evil.example" }, 403],
    ["/", { origin: "null" }, 403],
  ])("to %s with %j get %i", async (path, headers, status) => {
    expect(await upgrade(path, headers)).toBe(status);
  });
});

describe("frames", () => {
  it("closes a client that sends more than 64 KiB before it is known", async () => {
    const client = test.open();
    await client.challenge();
    client.sendText("x".repeat(1024 * 1024));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it("counts fragments of a frame before the client is known", async () => {
    const client = test.open();
    await client.challenge();
    for (let fragment = 0; fragment < 40; fragment++) client.socket.send("x".repeat(2048), { fin: false });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it("takes large frames from a known client, up to the limit it announces", async () => {
    const small = await startTestGateway({ limits: { maxPayloadBytes: 256 * 1024 } });
    try {
      const client = await small.client();
      const message = "x".repeat(200 * 1024);
      await client.converse("large", message);
      client.sendText("x".repeat(300 * 1024));
      expect(await client.closed).toMatchObject({ code: 1009 });
    } finally {
      await small.stop();
    }
  });

  it("refuses binary frames", async () => {
    const client = await test.client();
    client.socket.send(Buffer.from("{}"));
    expect(await client.closed).toMatchObject({ code: 1003 });
  });

  it("survives garbage and broken framing on the socket", async () => {
    for (const garbage of ["\u0000\u0001garbage\r\n\r\n", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"]) {
      const socket = connect(test.gateway.port, "127.0.0.1");
      socket.resume().end(garbage);
      await once(socket, "close");
    }
    expect((await ask("/healthz")).status).toBe(200);
  });

  it("gives every client a tick and numbers the events of a connection from 1", async () => {
    const ticking = await startTestGateway({ limits: { tickIntervalMs: 20 } });
    try {
      const client = await ticking.client({ scopes: ["unheard.of"] });
      await client.until("three ticks", () => (client.events.length >= 4 ? true : undefined));
      expect(client.events.slice(1).map(({ event }) => event)).toEqual(Array(client.events.length - 1).fill("tick"));
      expect(client.events.slice(1).map(({ seq }) => seq)).toEqual(client.events.slice(1).map((_, index) => index + 1));
    } finally {
      await ticking.stop();
    }
  });

  it("closes a client that does not read, and only that one", async () => {
    const large = "x".repeat(4 * 1024 * 1024);
    const busy = await startTestGateway({
      limits: { maxBufferedBytes: 256 * 1024 },
      catalog: scriptedCatalog(async function* huge() {
        yield { type: "text-delta", text: large };
        yield finish;
      }),
    });
    try {
      const slow = await busy.client();
      slow.socket.pause();
      const quick = await busy.client();
      await quick.request("sessions.unsubscribe", {});
      await quick.request("chat.send", { sessionKey: "main", message: "go", idempotencyKey: "a" });
      const isAnswered = async () => {
        const { sessions } = await quick.request("sessions.list", {});
        return sessions.some(({ outputTokens, hasActiveRun }) => outputTokens > 0 && !hasActiveRun);
      };
      await expect.poll(isAnswered, { timeout: 5000 }).toBe(true);
      slow.socket.resume();
      expect(await slow.closed).toMatchObject({ code: 1013 });
      expect(await quick.request("health", {})).toMatchObject({ ok: true });
    } finally {
      await busy.stop();
    }
  });
});
