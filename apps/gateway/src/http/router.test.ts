import { once } from "node:events";
import { connect } from "node:net";

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startTestGateway, TOKEN, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway;

const everythingOn: NonNullable<Parameters<typeof startTestGateway>[0]>["config"] = (config) => ({
  ...config,
  gateway: {
    ...config.gateway,
    http: { openai: { enabled: true }, hooks: { enabled: true, token: HOOKS }, webchat: { enabled: true } },
  },
});
const HOOKS = "hooks-token-0123456789";

beforeAll(async () => {
  test = await startTestGateway({ config: everythingOn });
});
afterAll(() => test.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${test.gateway.port}${path}`, init);
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  ask(path, { method: "POST", body, headers: { "content-type": "application/json", ...bearer(TOKEN), ...headers } });

describe("an address that is turned off", () => {
  it("does not exist, whatever is presented", async () => {
    const plain = await startTestGateway();
    try {
      for (const path of ["/", "/v1/models", "/v1/chat/completions", "/hooks/wake", "/hooks/agent"]) {
        const url = `http://127.0.0.1:${plain.gateway.port}${path}`;
        const answers = [
          fetch(url, { headers: bearer(TOKEN) }),
          fetch(url, { method: "POST", headers: bearer(TOKEN) }),
        ];
        for (const { status } of await Promise.all(answers)) expect([path, status]).toEqual([path, 404]);
      }
    } finally {
      await plain.stop();
    }
  });
});

describe("an address that needs a token", () => {
  it.each(["/metrics", "/v1/models"])("%s lets in the gateway token in its header and nothing else", async (path) => {
    expect((await ask(path, { headers: bearer(TOKEN) })).status).toBe(200);
    for (const headers of [{}, bearer("wrong"), bearer(HOOKS), { authorization: `Basic ${TOKEN}` }]) {
      const response = await ask(path, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
    }
  });

  it("refuses a token in the address, even the right one, also beside the header", async () => {
    for (const query of [`?token=${TOKEN}`, `?x=1&access_token=${TOKEN}`, `?api_key=${TOKEN}`]) {
      const response = await ask(`/metrics${query}`, { headers: bearer(TOKEN) });
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("Authorization header")]);
    }
  });

  it("is closed to pages of other origins, and says nothing that would open it", async () => {
    const response = await ask("/metrics", { headers: { ...bearer(TOKEN), origin: "https://evil.example" } });
    expect(response.status).toBe(403);
    const preflight = await ask("/v1/chat/completions", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect([preflight.status, preflight.headers.get("allow")]).toEqual([204, "POST"]);
    for (const { headers } of [response, preflight]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("a body", () => {
  it.each([
    ["broken JSON", "{", {}, 400],
    ["no object", "[]", {}, 400],
    ["bytes that are no text", "\uFFFE", {}, 400],
    ["another type", "a=1", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["a compressed one", "{}", { "content-encoding": "gzip" }, 415],
    ["too much", "x".repeat(9 * 1024 * 1024), {}, 413],
  ])("that is %s is refused", async (_what, body, headers, status) => {
    expect((await post("/v1/chat/completions", body, headers)).status).toBe(status);
  });

  it("of any JSON gets an answer below 500 and the gateway goes on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("/v1/chat/completions", "/v1/responses"),
        fc.oneof(
          fc.json(),
          fc.record({ messages: fc.jsonValue(), input: fc.jsonValue() }).map((v) => JSON.stringify(v)),
        ),
        async (path, body) => {
          const { status } = await post(path, body);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 150 },
    );
    expect((await ask("/readyz")).status).toBe(200);
  });

  it("that never ends is not waited for", async () => {
    const socket = connect(test.gateway.port, "127.0.0.1");
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = Buffer.from(`${(1024 * 1024).toString(16)}\r\n${"x".repeat(1024 * 1024)}\r\n`);
    socket.on("error", () => undefined);
    for (let sent = 0; sent < 12; sent++) socket.write(chunk);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 [^]*connection: close/i);
    socket.destroy();
  });
});

describe("an odd path", () => {
  it.each(["/v1/../metrics", "/%2e%2e/metrics", "/metrics/", "//metrics", "/METRICS", "/v1/models/%ff", "/v1/models/"])(
    "%s opens nothing without a token",
    async (path) => {
      const socket = connect(test.gateway.port, "127.0.0.1");
      socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1.1 40[14] /);
    },
  );
});

describe("/metrics", () => {
  it("counts runs, tokens, cost and connections in the text form of Prometheus", async () => {
    const client = await test.client();
    await client.converse("m1", "hello");
    const response = await ask("/metrics", { headers: bearer(TOKEN) });
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|[a-z_]\w*(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/);
    }
    expect(text).toMatch(/^skykoi_runs_total\{outcome="completed"\} [1-9]/m);
    expect(text).toMatch(/^skykoi_tokens_total\{model="offline\/demo",kind="output"\} \d+/m);
    expect(text).toMatch(/^skykoi_connections 1$/m);
    expect(text).toMatch(/^skykoi_model_call_duration_seconds_bucket\{model="offline\/demo",le="\+Inf"\} [1-9]/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  });
});

const hook = (path: string, body: object, headers: Record<string, string> = {}) =>
  post(path, JSON.stringify(body), { ...bearer(HOOKS), ...headers });

describe("hooks", () => {
  it("let in their own token only", async () => {
    expect((await hook("/hooks/wake", { text: "x" }, bearer(TOKEN))).status).toBe(401);
    expect((await hook("/hooks/agent", { message: "x" }, { authorization: "" })).status).toBe(401);
    expect((await ask(`/hooks/wake?token=${HOOKS}`, { method: "POST" })).status).toBe(400);
  });

  it("are answered by the agent, which is told that the text is from outside", async () => {
    const answer = await hook("/hooks/agent", { message: "A build failed.", name: "CI" });
    expect(answer.status).toBe(202);
    const { runId, sessionKey } = hookAnswer(await answer.json());
    expect(sessionKey).toBe(`agent:main:hook:${runId}`);
    const client = await test.client();
    await expect.poll(async () => (await client.request("chat.history", { sessionKey })).messages.length).toBe(2);
    const { messages } = await client.request("chat.history", { sessionKey });
    const text = JSON.stringify(messages[0]?.content);
    expect(text).toMatch(/Data from outside.*A build failed\..*<\/untrusted/);
    expect(text).toContain("the hook CI");
  });

  it("lets a text wait for the next heartbeat without a run of its own", async () => {
    const answer = await hook("/hooks/wake", { text: "later", mode: "next-heartbeat", idempotencyKey: "h" });
    expect([answer.status, await answer.json()]).toMatchObject([202, { ok: true, status: "waiting" }]);
  });

  it("with the same key are one run, also when only the header has it", async () => {
    const first = hookAnswer(await (await hook("/hooks/wake", { text: "once", idempotencyKey: "k" })).json());
    const again = await hook("/hooks/wake", { text: "once" }, { "idempotency-key": "k" });
    expect(hookAnswer(await again.json()).runId).toBe(first.runId);
    expect(first.sessionKey).toBe("agent:main:main");
  });

  it.each([
    ["/hooks/wake", { txt: "misspelt" }],
    ["/hooks/wake", { text: "" }],
    ["/hooks/agent", { message: "x", deliver: true }],
    ["/hooks/agent", { message: "x", sessionKey: "a b" }],
    ["/hooks/agent", { message: "x", agentId: "nobody" }],
  ])("%s refuse %j", async (path, body) => {
    const { status } = await hook(path, body);
    expect([400, 404]).toContain(status);
  });
});

const hookAnswer = (value: unknown): { runId: string; sessionKey: string } => {
  if (typeof value === "object" && value !== null && "runId" in value && "sessionKey" in value) {
    return { runId: String(value.runId), sessionKey: String(value.sessionKey) };
  }
  throw new Error(`no answer of a hook: ${JSON.stringify(value)}`);
};

describe("the built-in chat", () => {
  it("is one small page whose policy allows its own script and nothing else", async () => {
    const response = await ask("/");
    const page = await response.text();
    expect(page.length).toBeLessThan(20_000);
    expect(page).not.toMatch(/\son\w+=|https?:\/\/|\ssrc=|<link/);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[\w+/]+=+'; style-src 'sha256-[\w+/]+=+';/);
    expect(policy).not.toContain("unsafe");
  });
});
describe("/tools/invoke", () => {
  it("runs a tool that the policy offers and no other", async () => {
    const answer = await post("/tools/invoke", JSON.stringify({ tool: "ls", args: { path: "." } }));
    expect([answer.status, await answer.json()]).toMatchObject([200, { result: { content: [{ type: "text" }] } }]);
    const unknown = await post("/tools/invoke", JSON.stringify({ tool: "lss" }));
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('Did you mean \\"ls\\"?')]);
  });

  it("keeps the gateway's own files out of reach", async () => {
    const body = JSON.stringify({ tool: "read", args: { path: `${test.home}/skykoi.json` } });
    expect(await (await post("/tools/invoke", body)).json()).toMatchObject({ ok: false });
  });
});
