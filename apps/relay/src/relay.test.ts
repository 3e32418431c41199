import type { Actor, AgentRecord } from "@skykoi/control";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import {
  ORIGIN,
  connectFrame,
  openDomain,
  openRelay,
  type Domain,
  type RelayFixture,
} from "./testing/relay-fixture.ts";
import { openTestGateway, type TestGateway } from "./testing/test-gateway.ts";
import type { TestClient } from "./testing/test-client.ts";

let domain: Domain;
let owner: Actor;
let gateway: TestGateway;
let agent: AgentRecord;
let fixture: RelayFixture;
beforeAll(async () => {
  domain = await openDomain();
  owner = await domain.person("owner");
  gateway = await openTestGateway();
  agent = await domain.agent(owner, gateway);
});
beforeEach(async () => {
  fixture = await openRelay(domain.control);
});
afterEach(async () => await fixture.close());
afterAll(async () => {
  await gateway.close();
  await domain.close();
});

/** A client whose `connect` was sent, and the connection that reached the gateway. */
const relayed = async (ticket?: string): Promise<{ client: TestClient; atGateway: TestClient; connect: unknown }> => {
  const client = fixture.open({ origin: ORIGIN });
  await client.next();
  client.send(connectFrame(ticket ?? (await domain.ticket(owner, agent))));
  const atGateway = await gateway.next();
  return { client, atGateway, connect: await atGateway.next() };
};

describe("a connection through the relay", () => {
  it("is challenged, opened with a ticket, and speaks to the gateway with the gateway's own token", async () => {
    const client = fixture.open({ origin: ORIGIN });
    expect(await client.next()).toEqual({
      type: "event",
      event: "connect.challenge",
      payload: { nonce: expect.any(String), ts: expect.any(Number) },
    });
    const ticket = await domain.ticket(owner, agent);
    client.send(connectFrame(ticket, { resume: { cursor: "1:7" }, scopes: ["operator.pairing"], device: { id: "d" } }));
    const atGateway = await gateway.next();
    const connect = await atGateway.next();
    expect(connect).toEqual({
      type: "req",
      id: "c1",
      method: "connect",
      params: {
        minProtocol: 3,
        maxProtocol: 4,
        client: { id: "test", version: "1", platform: "test", mode: "webchat" },
        role: "operator",
        scopes: ["operator.read", "operator.write", "operator.admin"],
        auth: { token: expect.stringMatching(/^gwt_/) },
        resume: { cursor: "1:7" },
      },
    });
    expect(JSON.stringify(connect)).not.toContain(ticket);

    atGateway.send({ type: "res", id: "c1", ok: true, payload: { type: "hello-ok" } });
    expect(await client.next()).toEqual({ type: "res", id: "c1", ok: true, payload: { type: "hello-ok" } });
    client.send({ type: "req", id: "2", method: "health", params: {} });
    expect(await atGateway.next()).toEqual({ type: "req", id: "2", method: "health", params: {} });
  });

  it("keeps what the client sent before the gateway was reached", async () => {
    const client = fixture.open();
    await client.next();
    client.send(connectFrame(await domain.ticket(owner, agent)));
    for (const id of ["2", "3", "4"]) client.send({ type: "req", id, method: "health" });
    const atGateway = await gateway.next();
    const frames = [await atGateway.next(), await atGateway.next(), await atGateway.next(), await atGateway.next()];
    expect(frames.map(({ id }) => id)).toEqual(["c1", "2", "3", "4"]);
  });

  it.each([1000, 1008, 1012, 4001])("closes the client with the gateway's code %i", async (code) => {
    const { client, atGateway } = await relayed();
    atGateway.webSocket.close(code, "because");
    expect(await client.closed).toEqual({ code, reason: "because" });
  });

  it("closes the gateway's end with the client's code", async () => {
    const { client, atGateway } = await relayed();
    client.webSocket.close(3001, "done");
    expect(await atGateway.closed).toEqual({ code: 3001, reason: "done" });
  });

  it("closes the client as after a restart when the gateway dies", async () => {
    const { client, atGateway } = await relayed();
    atGateway.webSocket.terminate();
    expect((await client.closed).code).toBe(1012);
  });

  it("lets the gateway's end go when the client vanishes", async () => {
    const { client, atGateway } = await relayed();
    client.webSocket.terminate();
    expect((await atGateway.closed).code).toBe(1001);
  });

  it("ends on both sides when the relay stops, and no new one begins", async () => {
    const { client, atGateway } = await relayed();
    await fixture.relay.close();
    expect((await client.closed).code).toBe(1012);
    await atGateway.closed;
    expect((await fixture.open().closed).code).toBe(1006);
  });

  it("leaves no ticket and no token in the log", async () => {
    const { client } = await relayed();
    client.webSocket.close();
    await client.closed;
    expect(fixture.logLines.length).toBeGreaterThan(0);
    expect(fixture.logLines.join("\n")).not.toMatch(/(tkt|gwt)_[\w-]{10,}/);
  });
});

const refusal = async (client: TestClient, frame: object) => {
  await client.next();
  client.send(frame);
  const answer = await client.next();
  return { answer, ...(await client.closed) };
};

describe("a ticket", () => {
  it("opens one connection and no second one", async () => {
    const ticket = await domain.ticket(owner, agent);
    await relayed(ticket);
    const { answer, code } = await refusal(fixture.open(), connectFrame(ticket));
    expect(answer).toMatchObject({ type: "res", id: "c1", ok: false, error: { code: "TICKET_REFUSED" } });
    expect(code).toBe(1008);
  });

  it("opens its own agent only, whoever presents it and whatever else the client says", async () => {
    const otherGateway = await openTestGateway();
    try {
      const stranger = await domain.person("stranger");
      const other = await domain.agent(stranger, otherGateway);
      await expect(domain.control.tickets.issue(stranger, agent.id)).rejects.toMatchObject({ code: "NOT_FOUND" });

      const ticket = await domain.ticket(stranger, other);
      const client = fixture.open({ path: `/relay?agent=${agent.id}` });
      await client.next();
      client.send(connectFrame(ticket, { agentId: agent.id }));
      const before = gateway.accepted;
      await (await otherGateway.next()).next();
      expect(gateway.accepted).toBe(before);
    } finally {
      await otherGateway.close();
    }
  });

  it.each([
    ["made up", "tkt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["missing", undefined],
    ["empty", ""],
    ["the gateway's own kind of token", "gwt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ])("that is %s is refused", async (_what, ticket) => {
    const { answer, code } = await refusal(fixture.open(), connectFrame(ticket));
    expect(answer).toMatchObject({ ok: false, error: { code: "TICKET_REFUSED", retryable: false } });
    expect(code).toBe(1008);
  });
});

describe("an agent that cannot be reached", () => {
  it.each<[string, () => Promise<AgentRecord>]>([
    ["is still starting", async () => await domain.agent(owner, gateway, "booting")],
    ["has a gateway that is down", async () => await domain.agent(owner, { url: "ws://127.0.0.1:9" })],
  ])("because it %s is said so, to try again later", async (_what, create) => {
    const ticket = await domain.ticket(owner, await create());
    const { answer, code } = await refusal(fixture.open(), connectFrame(ticket));
    expect(answer).toMatchObject({ ok: false, error: { code: "AGENT_UNREACHABLE", retryable: true } });
    expect(code).toBe(1013);
  });

  it("because its gateway accepts and then says nothing is given up after the limit", async () => {
    const silent = await openTestGateway(undefined, { challenge: false });
    const hasty = await openRelay(domain.control, { limits: { dialTimeoutMs: 300 } });
    try {
      const ticket = await domain.ticket(owner, await domain.agent(owner, silent));
      const { answer, code } = await refusal(hasty.open(), connectFrame(ticket));
      expect(answer).toMatchObject({ error: { code: "AGENT_UNREACHABLE" } });
      expect(code).toBe(1013);
      await expect.poll(() => silent.connections.size).toBe(0);
    } finally {
      await hasty.close();
      await silent.close();
    }
  });

  it("is not dialled any longer for a client that has gone", async () => {
    const silent = await openTestGateway(undefined, { challenge: false });
    try {
      const ticket = await domain.ticket(owner, await domain.agent(owner, silent));
      const client = fixture.open();
      await client.next();
      client.send(connectFrame(ticket));
      await silent.next();
      client.webSocket.terminate();
      await expect.poll(() => silent.connections.size).toBe(0);
    } finally {
      await silent.close();
    }
  });
});

describe("a stranger at the door", () => {
  it.each([
    ["a page of another site", { origin: "https://evil.example" }],
    ["our host on another port", { origin: "http://localhost:3001" }],
    ["a sandboxed page", { origin: "null" }],
  ])("from %s is refused before any socket is open", async (_what, options) => {
    const client = fixture.open(options);
    const status = new Promise((resolve) => {
      client.webSocket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
    });
    expect(await status).toBe(403);
  });

  it("finds the relay at its own path only", async () => {
    for (const path of ["/", "/relays", "/relay/x", "/api/relay"]) {
      expect((await fixture.open({ path }).closed).code).toBe(1006);
    }
  });

  it.each<[string, string | Buffer]>([
    ["not JSON", "hello"],
    ["not a request", `{"type":"event","event":"x"}`],
    ["another method", `{"type":"req","id":"1","method":"chat.send","params":{}}`],
    ["without parameters", `{"type":"req","id":"1","method":"connect"}`],
    ["with a list for parameters", `{"type":"req","id":"1","method":"connect","params":[]}`],
    ["without an id", `{"type":"req","method":"connect","params":{}}`],
    ["binary", Buffer.from(JSON.stringify(connectFrame("tkt_x")))],
  ])("whose first frame is %s is shown out", async (_what, first) => {
    const client = fixture.open();
    await client.next();
    client.webSocket.send(first);
    expect((await client.closed).code).toBe(1008);
  });

  it("who says nothing is shown out after the limit", async () => {
    const hasty = await openRelay(domain.control, { limits: { handshakeTimeoutMs: 50 } });
    expect((await hasty.open().closed).code).toBe(1008);
    await hasty.close();
  });

  it("who sends more than the limit before being let in is shown out, without it being kept", async () => {
    const client = fixture.open();
    await client.next();
    client.webSocket.send(JSON.stringify(connectFrame("x".repeat(80 * 1024))));
    expect((await client.closed).code).toBe(1009);
  });

  it("is turned away while too many others wait to be let in", async () => {
    const narrow = await openRelay(domain.control, { limits: { maxPendingHandshakes: 2 } });
    try {
      const waiting = [narrow.open(), narrow.open()];
      await Promise.all(waiting.map((client) => client.next()));
      expect((await narrow.open().closed).code).toBe(1006);
      waiting[0]?.webSocket.close();
      await waiting[0]?.closed;
      await expect
        .poll(
          async () =>
            await narrow
              .open()
              .next()
              .catch(() => undefined),
        )
        .toBeDefined();
    } finally {
      await narrow.close();
    }
  });
});

describe("one person", () => {
  it("has so many connections and no more, and each that closes makes room", async () => {
    await fixture.close();
    fixture = await openRelay(domain.control, { limits: { maxConnectionsPerUser: 2 } });
    const [first] = [await relayed(), await relayed()];
    const { answer, code } = await refusal(fixture.open(), connectFrame(await domain.ticket(owner, agent)));
    expect(answer).toMatchObject({ error: { code: "RATE_LIMITED", retryable: true } });
    expect(code).toBe(1013);
    first.client.webSocket.close();
    await first.client.closed;
    await relayed();
  });

  it("has the rights of their role on the gateway", async () => {
    const stranger = await domain.person("viewer-owner");
    const theirs = await domain.agent(stranger, gateway);
    const { control } = domain;
    const asViewer = {
      ...control,
      tickets: {
        ...control.tickets,
        redeem: async () => ({
          agentId: theirs.id,
          userId: stranger.userId,
          orgId: stranger.orgId,
          role: "VIEWER" as const,
          scopes: ["operator.read"],
        }),
      },
    };
    const viewing = await openRelay(asViewer);
    const client = viewing.open();
    await client.next();
    client.send(connectFrame("tkt_any", { scopes: ["operator.admin"] }));
    const connect = await (await gateway.next()).next();
    expect(connect).toMatchObject({ params: { scopes: ["operator.read"] } });
    await viewing.close();
  });
});
