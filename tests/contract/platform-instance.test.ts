import { createGatewayClient, type GatewayClient } from "@skykoi/client";
import { nodeSocket } from "@skykoi/client/node";
import type { EventFrame } from "@skykoi/protocol/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { eventsOf } from "../e2e/event-stream.ts";
import { signUp, textOf, type Person } from "../e2e/person.ts";
import { eventually } from "../e2e/waiting.ts";
import { openPlatformHost, type Instance, type PlatformHost } from "./platform-host.ts";

let host: PlatformHost;
let owner: Person;
let stranger: Person;
let agentId: string;
let instance: Instance;
const clients: GatewayClient[] = [];

beforeAll(async () => {
  host = await openPlatformHost();
  [owner, stranger] = [await signUp(host.url), await signUp(host.url)];
  agentId = (await owner.createAgent("Bao")).id;
  const due = await host.control.fleet.due(new Date(), 10);
  instance = await host.startInstance(agentId, due[0] ?? "");
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => await host.close());

const ticketOf = async (person: Person): Promise<string> => {
  const answer = await person.call("POST", `/api/agents/${agentId}/tickets`);
  const { ticket }: { ticket: string } = JSON.parse(await answer.text());
  return ticket;
};

/** What the dashboard does: a new ticket for each attempt to connect. */
const connect = (credentials = async () => ({ token: await ticketOf(owner) })): GatewayClient => {
  const client = createGatewayClient({
    open: () => nodeSocket(host.relayUrl),
    credentials,
    client: { id: "contract", version: "1", platform: "test", mode: "webchat" },
    reconnect: { minDelayMs: 20, maxDelayMs: 200 },
  });
  clients.push(client);
  return client;
};

const collect = (client: GatewayClient): EventFrame[] => {
  const events: EventFrame[] = [];
  client.on((event) => events.push(event));
  return events;
};
const isFinal = (runId: string) => (event: EventFrame) =>
  event.event === "chat" &&
  JSON.stringify(event.payload).includes(`"runId":"${runId}"`) &&
  JSON.stringify(event.payload).includes(`"state":"final"`);

describe("an instance", () => {
  it("tells its first steps on the agent's timeline while it enrols", async () => {
    const answer = await owner.call("GET", `/api/agents/${agentId}/events`);
    const steps = new Set<unknown>();
    for await (const { event, data } of eventsOf(answer)) {
      if (event === "agent") break;
      steps.add(data.step);
    }
    expect([...steps]).toEqual(expect.arrayContaining(["requested", "config", "workspace", "service"]));
  });

  it("answers a message over HTTP, with its tool, and keeps the conversation", async () => {
    const events = await owner.say(agentId, "run `echo contract-$((40+2))`", "http-run");
    expect(events[0]).toMatchObject({ event: "accepted", data: { runId: "http-run" } });
    const tools = events.filter(({ event }) => event === "tool");
    expect(tools.map(({ data }) => data.phase)).toEqual(expect.arrayContaining(["start", "result"]));
    const final = events.at(-1);
    expect(final).toMatchObject({ event: "final", data: { runId: "http-run", stopReason: "stop" } });
    expect(String(final?.data.text)).toContain("contract-42");

    const history = await owner.history(agentId);
    expect(history.filter((message) => message.runId === "http-run").map(({ role }) => role)).toEqual(
      expect.arrayContaining(["user", "toolResult", "assistant"]),
    );
    const again = await owner.say(agentId, "run `echo contract-$((40+2))`", "http-run");
    expect(again.map(({ event }) => event)).toEqual(["accepted", "final"]);
    expect(again.at(-1)?.data.text).toBe(final?.data.text);
  });

  it("answers a message through the relay, and an API reader sees the same conversation", async () => {
    const client = connect();
    const hello = await client.ready();
    expect(hello.auth.scopes).toEqual(expect.arrayContaining(["operator.read", "operator.write", "operator.admin"]));
    const events = collect(client);
    await client.request("chat.send", {
      sessionKey: "main",
      message: "run `echo relayed`",
      idempotencyKey: "relay-run",
    });
    await eventually("the run ends", () => events.some(isFinal("relay-run")));
    const history = await owner.history(agentId);
    const answer = history.findLast((message) => message.runId === "relay-run" && message.role === "assistant");
    expect(answer && textOf(answer)).toContain("relayed");
  });

  it("is reached by nobody of another organization: not by API, events, ticket or relay", async () => {
    const paths: [string, string, unknown?][] = [
      ["GET", `/api/agents/${agentId}`],
      ["GET", `/api/agents/${agentId}/events`],
      ["GET", `/api/agents/${agentId}/sessions`],
      ["GET", `/api/agents/${agentId}/sessions/main`],
      ["POST", `/api/agents/${agentId}/messages`, { text: "let me in" }],
      ["POST", `/api/agents/${agentId}/tickets`],
    ];
    for (const [method, path, body] of paths) {
      expect([path, (await stranger.call(method, path, body)).status]).toEqual([path, 404]);
    }
    const theirs = await stranger.createAgent("Theirs");
    const ticket = JSON.parse(await (await stranger.call("POST", `/api/agents/${theirs.id}/tickets`)).text());
    const client = connect(async () => ({ token: ticket.ticket }));
    await expect(client.ready({ timeoutMs: 2_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/^(AGENT_UNREACHABLE|TICKET_REFUSED)$/),
    });
  });

  it("killed in the middle of a run and started again tells every reader how the run ended", async () => {
    const client = connect();
    await client.ready();
    const answer = await owner.call("POST", `/api/agents/${agentId}/messages`, {
      text: "run `sleep 60`",
      idempotencyKey: "killed-run",
    });
    const events = eventsOf(answer);
    await eventually("a tool runs", async () => (await events.next()).value?.event === "tool");

    await instance.kill();
    await eventually("the relayed client notices", () => client.state.kind !== "open");
    await instance.restart();

    // Still the stream of the first request: it went on waiting over the restart.
    expect((await Array.fromAsync(events)).at(-1)).toMatchObject({
      event: "error",
      data: { code: "RUN_INTERRUPTED", retryable: false },
    });
    await client.ready({ timeoutMs: 10_000 });
    const { messages } = await client.request("chat.history", { sessionKey: "main", limit: 50 });
    const last = messages.findLast((message) => message.runId === "killed-run");
    expect(last).toMatchObject({ role: "notice", kind: "interrupted" });
    expect((await owner.say(agentId, "hello")).at(-1)).toMatchObject({ event: "final" });
  });
});
