import { fault } from "@skykoi/fault";
import type { EventFrame } from "@skykoi/protocol/wire";
import { afterEach, describe, expect, it, vi } from "vitest";

import { createGatewayClient, type GatewayClient, type GatewayClientOptions } from "./gateway-client.ts";
import { nodeSocket } from "./node-socket.ts";
import { startScriptedGateway, type ScriptedGateway, type ScriptedGatewayOptions } from "./testing/scripted-gateway.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).toReversed()) await item.close();
});

const IDENTITY = { id: "test", version: "0", platform: "node", mode: "test" };
const FAST = { minDelayMs: 5, maxDelayMs: 20 };

const gateway = async (options?: ScriptedGatewayOptions): Promise<ScriptedGateway> => {
  const started = await startScriptedGateway(options);
  open.push(started);
  return started;
};

const connect = (url: string, options: Partial<GatewayClientOptions> = {}): GatewayClient => {
  const client = createGatewayClient({
    open: () => nodeSocket(url),
    credentials: async () => ({ token: "t" }),
    client: IDENTITY,
    reconnect: FAST,
    ...options,
  });
  open.push(client);
  return client;
};

const collect = (client: GatewayClient): EventFrame[] => {
  const events: EventFrame[] = [];
  client.on((event) => events.push(event));
  return events;
};

const refusal = (code: string) => ({ refuse: { code, message: "no" } });

describe("a connection", () => {
  it("introduces itself after the challenge and is then ready", async () => {
    const server = await gateway();
    const client = connect(server.url, { scopes: ["operator.read"] });
    expect(await client.ready()).toMatchObject({ type: "hello-ok" });
    expect(server.connects).toEqual([
      {
        minProtocol: 3,
        maxProtocol: 4,
        client: IDENTITY,
        role: "operator",
        scopes: ["operator.read"],
        auth: { token: "t" },
      },
    ]);
  });

  it("loses no event that follows the hello in the same moment", async () => {
    const server = await gateway({
      afterHello: (peer) => {
        for (let n = 1; n <= 50; n++) peer.event({ event: "chat", cursor: `e1:${n}` });
      },
    });
    const client = connect(server.url);
    const events = collect(client);
    await vi.waitFor(() => expect(events.map(({ cursor }) => cursor)).toHaveLength(50));
  });

  it("tells each change of its state", async () => {
    const server = await gateway();
    const client = connect(server.url);
    const kinds: string[] = [];
    client.onState(({ kind }) => kinds.push(kind));
    await client.ready();
    server.peers[0]?.socket.terminate();
    await vi.waitFor(() => expect(server.peers).toHaveLength(2));
    await client.ready();
    client.close();
    expect(kinds).toEqual(["open", "waiting", "connecting", "open", "closed"]);
  });

  it("is given up when no challenge comes in time", async () => {
    const server = await gateway({ mute: true });
    const client = connect(server.url, { reconnect: false, handshakeTimeoutMs: 40 });
    await expect(client.ready()).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
    expect(client.state.kind).toBe("closed");
  });

  it("is given up when nobody listens", async () => {
    const server = await gateway();
    await server.close();
    const client = connect(server.url, { reconnect: false });
    await expect(client.ready()).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
  });

  it("is given up when the gateway falls silent, and made anew", async () => {
    const policy = { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 20 };
    const server = await gateway({ greet: () => ({ policy }) });
    const client = connect(server.url);
    await client.ready();
    await vi.waitFor(() => expect(server.connects.length).toBeGreaterThan(1));
  });
});

describe("a request", () => {
  it("gets the answer with its id, in whatever order answers come", async () => {
    const waiting: (() => void)[] = [];
    const server = await gateway({
      onRequest: ({ id, params }, peer) => {
        waiting.push(() => peer.answer(id, { runIds: [JSON.stringify(params)] }));
        if (waiting.length === 2) for (const answer of waiting.toReversed()) answer();
      },
    });
    const client = connect(server.url);
    const answers = await Promise.all(["a", "b"].map((sessionKey) => client.request("chat.abort", { sessionKey })));
    expect(answers).toEqual([{ runIds: ['{"sessionKey":"a"}'] }, { runIds: ['{"sessionKey":"b"}'] }]);
  });

  it("rejects with the gateway's error as a fault", async () => {
    const error = { code: "QUEUE_FULL", message: "20 wait", retryable: true, retryAfterMs: 7, details: { cap: 20 } };
    const server = await gateway({ onRequest: ({ id }, peer) => peer.refuse(id, error) });
    await expect(connect(server.url).request("health", {})).rejects.toMatchObject(error);
  });

  it("keeps the sentence of an error whose code it does not know", async () => {
    const server = await gateway({
      onRequest: ({ id }, peer) => peer.refuse(id, { code: "NEW_CODE", message: "Something new." }),
    });
    await expect(connect(server.url).request("health", {})).rejects.toMatchObject({
      code: "INTERNAL",
      message: "Something new.",
    });
  });

  it("ends by its time limit, and a late answer is dropped", async () => {
    const late: (() => void)[] = [];
    const server = await gateway({ onRequest: ({ id }, peer) => void late.push(() => peer.answer(id, {})) });
    const client = connect(server.url);
    await client.ready();
    await expect(client.request("health", {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: "TIMEOUT" });
    for (const answer of late) answer();
    await expect(client.request("status", {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("ends by cancellation, before and after it was sent", async () => {
    const server = await gateway();
    const client = connect(server.url);
    await client.ready();
    const controller = new AbortController();
    const request = client.request("health", {}, { signal: controller.signal });
    controller.abort();
    await expect(request).rejects.toMatchObject({ code: "ABORTED" });
    await expect(client.request("health", {}, { signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });

  it("ends when the connection breaks under it", async () => {
    const server = await gateway({ onRequest: (_, peer) => peer.socket.terminate() });
    const client = connect(server.url);
    await client.ready();
    await expect(client.request("health", {})).rejects.toMatchObject({ code: "AGENT_UNREACHABLE", retryable: true });
  });

  it("ends when the client is closed", async () => {
    const server = await gateway();
    const client = connect(server.url);
    await client.ready();
    const request = client.request("health", {});
    client.close();
    await expect(request).rejects.toMatchObject({ code: "ABORTED" });
    await expect(client.request("health", {})).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("made while there is no connection waits for one", async () => {
    const server = await gateway({
      greet: (_, attempt) => (attempt === 1 ? refusal("UNAVAILABLE") : {}),
      onRequest: ({ id }, peer) => peer.answer(id, { count: 0, sessions: [] }),
    });
    expect(await connect(server.url).request("sessions.list", {})).toEqual({ count: 0, sessions: [] });
  });

  it("made while there is no connection does not wait longer than its limit", async () => {
    const server = await gateway({ greet: () => refusal("UNAVAILABLE") });
    const client = connect(server.url);
    await expect(client.request("health", {}, { timeoutMs: 60 })).rejects.toMatchObject({
      code: expect.stringMatching(/UNAVAILABLE|TIMEOUT/),
    });
  });
});

describe("credentials", () => {
  it("are asked for anew at each attempt, so that a used ticket heals", async () => {
    const server = await gateway({
      greet: ({ auth }) => (auth?.token === "ticket-3" ? {} : refusal("TICKET_REFUSED")),
    });
    let issued = 0;
    const client = connect(server.url, { credentials: async () => ({ token: `ticket-${++issued}` }) });
    await client.ready();
    expect(server.connects.map(({ auth }) => auth?.token)).toEqual(["ticket-1", "ticket-2", "ticket-3"]);
  });

  it("that are wrong close a client that does not reconnect, with the gateway's fault", async () => {
    const server = await gateway({ greet: () => refusal("UNAUTHENTICATED") });
    const client = connect(server.url, { reconnect: false });
    await expect(client.ready()).rejects.toMatchObject({ code: "UNAUTHENTICATED", message: "no" });
    expect(client.state).toMatchObject({ kind: "closed", fault: { code: "UNAUTHENTICATED" } });
  });

  it("that cannot be had are a failed attempt with that reason", async () => {
    const server = await gateway();
    let attempts = 0;
    const client = connect(server.url, {
      credentials: async () => {
        if (++attempts === 1) throw fault("UNAVAILABLE", { message: "no tickets today" });
        return { token: "t" };
      },
    });
    const reasons: string[] = [];
    client.onState((state) => state.kind === "waiting" && reasons.push(state.fault.message));
    await client.ready();
    expect(reasons).toEqual(["no tickets today"]);
  });

  it("that never come are given up in time", async () => {
    const server = await gateway();
    const client = connect(server.url, {
      credentials: () => new Promise(() => undefined),
      handshakeTimeoutMs: 30,
      reconnect: false,
    });
    await expect(client.ready()).rejects.toMatchObject({ code: "TIMEOUT" });
  });
});

describe("a lost connection", () => {
  it("is taken up where it broke: nothing twice, nothing missing", async () => {
    const server = await gateway({
      greet: ({ resume }) => (resume ? { cursor: "e1:6" } : { cursor: "e1:0" }),
      afterHello: (peer, attempt) => {
        const from = attempt === 1 ? 1 : 3;
        const to = attempt === 1 ? 4 : 6;
        for (let n = from; n <= to; n++) peer.event({ event: "chat", cursor: `e1:${n}`, payload: n });
        if (attempt === 1) setImmediate(() => peer.socket.terminate());
      },
    });
    const client = connect(server.url);
    const events = collect(client);
    await vi.waitFor(() => expect(events.at(-1)?.payload).toBe(6));
    expect(events.map(({ payload }) => payload)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(server.connects[1]?.resume).toEqual({ cursor: "e1:4" });
  });

  it("follows the gateway into a new life and says that the cursor expired", async () => {
    const server = await gateway({
      greet: ({ resume }) => (resume ? { cursor: "e2:1", cursorExpired: true } : { cursor: "e1:0" }),
      afterHello: (peer, attempt) => {
        if (attempt === 1) {
          peer.event({ event: "chat", cursor: "e1:9", payload: "old" });
          setImmediate(() => peer.socket.terminate());
        } else peer.event({ event: "chat", cursor: "e2:2", payload: "new" });
      },
    });
    const client = connect(server.url);
    const events = collect(client);
    const expired: unknown[] = [];
    client.onState((state) => state.kind === "open" && expired.push(state.hello.cursorExpired));
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect([events.map(({ payload }) => payload), expired]).toEqual([
      ["old", "new"],
      [undefined, true],
    ]);
  });

  it("is not resumed by a client that does not want it", async () => {
    const server = await gateway();
    const client = connect(server.url, { resume: false });
    await client.ready();
    server.peers[0]?.socket.terminate();
    await vi.waitFor(() => expect(server.connects).toHaveLength(2));
    expect(server.connects[1]).not.toHaveProperty("resume");
  });

  it.each(["PROTOCOL_MISMATCH", "FORBIDDEN", "NOT_FOUND"])(
    "is final when trying again cannot help: %s",
    async (code) => {
      const server = await gateway({ greet: () => refusal(code) });
      const client = connect(server.url);
      await expect(client.ready()).rejects.toMatchObject({ code });
      expect(server.connects).toHaveLength(1);
    },
  );

  it("waits as long as the gateway asks", async () => {
    const refuse = { code: "RATE_LIMITED", message: "slow down", retryAfterMs: 90_000 };
    const server = await gateway({ greet: () => ({ refuse }) });
    const client = connect(server.url, { now: () => 1000 });
    await vi.waitFor(() => expect(client.state.kind).toBe("waiting"));
    expect(client.state).toMatchObject({ retryAtMs: 91_000 });
  });

  it("is not tried again after close", async () => {
    const server = await gateway();
    const client = connect(server.url, { reconnect: { minDelayMs: 60_000, maxDelayMs: 60_000 } });
    await client.ready();
    server.peers[0]?.socket.terminate();
    await vi.waitFor(() => expect(client.state.kind).toBe("waiting"));
    client.close();
    expect(client.state).toEqual({ kind: "closed" });
    await expect(client.ready()).rejects.toMatchObject({ code: "ABORTED" });
  });
});
