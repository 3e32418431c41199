import { once } from "node:events";

import { nodeSocket } from "@skykoi/client/node";
import type { GatewayAddress } from "@skykoi/control";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";

import { createHealthCheck } from "./health-check.ts";

interface Request {
  readonly id: string;
  readonly method: string;
  readonly params: { readonly auth?: { readonly token?: string }; readonly scopes?: readonly string[] };
}

const HEALTH = {
  ok: true,
  status: "ok",
  reasons: [] as string[],
  ts: 1,
  uptimeMs: 1,
  version: "1.2.3",
  model: { primary: "offline/demo", demo: true },
  activeRuns: 0,
  queuedInputs: 0,
};

const HELLO = {
  type: "hello-ok",
  protocol: 1,
  server: { version: "1.2.3", connId: "c1" },
  features: { methods: [], events: [] },
  policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 60_000 },
  cursor: "e:0",
};

describe("a health check", () => {
  let server: WebSocketServer;
  let address: GatewayAddress;
  const connects: Request["params"][] = [];
  /** The gateway's answer to `health`; undefined: none at all. */
  let answer: object | undefined;

  beforeEach(async () => {
    connects.length = 0;
    answer = { ok: true, payload: HEALTH };
    server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.on("connection", serve);
    await once(server, "listening");
    const bound = server.address();
    const port = typeof bound === "object" && bound ? bound.port : 0;
    const ids = { agentId: "agt_1", instanceId: "ins_1", certificateFingerprint: null };
    address = { ...ids, url: `ws://127.0.0.1:${port}`, token: "gwt_right" };
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  const serve = (socket: WebSocket): void => {
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    send({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } });
    socket.on("message", (data: Buffer) => {
      const { id, method, params }: Request = JSON.parse(data.toString());
      if (method === "connect") {
        connects.push(params);
        const isRight = params.auth?.token === "gwt_right";
        const refusal = { code: "UNAUTHENTICATED", message: "The token is wrong.", retryable: false };
        send({ type: "res", id, ...(isRight ? { ok: true, payload: HELLO } : { ok: false, error: refusal }) });
      } else if (answer) send({ type: "res", id, ...answer });
    });
  };

  const check = createHealthCheck({ openGateway: ({ url }) => nodeSocket(url), limitMs: 300 });

  it("is passed by a gateway that takes the token and says that it is well", async () => {
    expect(await check(address)).toEqual({ kind: "ok", version: "1.2.3" });
    expect(connects).toMatchObject([{ auth: { token: "gwt_right" }, scopes: ["operator.read"] }]);
  });

  it("leaves no connection behind", async () => {
    await check(address);
    const [client] = server.clients;
    if (client) await once(client, "close");
    expect(server.clients.size).toBe(0);
  });

  it("passes on what the gateway complains about", async () => {
    answer = { ok: true, payload: { ...HEALTH, ok: false, status: "degraded", reasons: ["The disk is full."] } };
    expect(await check(address)).toMatchObject({ kind: "complaining", reason: { message: "The disk is full." } });
  });

  it("calls a gateway silent that refuses the token", async () => {
    expect(await check({ ...address, token: "gwt_wrong" })).toMatchObject({
      kind: "silent",
      reason: { code: "UNAUTHENTICATED" },
    });
  });

  it("calls a gateway silent that does not answer, within its limit", async () => {
    answer = undefined;
    const startedAt = performance.now();
    expect(await check(address)).toMatchObject({ kind: "silent", reason: { code: "TIMEOUT" } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("calls a gateway silent that is not there, in words without its address or token", async () => {
    const verdict = await check({ ...address, url: "ws://127.0.0.1:1" });
    expect(verdict).toMatchObject({ kind: "silent", reason: { code: "AGENT_UNREACHABLE" } });
    expect(JSON.stringify(verdict)).not.toMatch(/127\.0\.0\.1|gwt_/);
  });
});
