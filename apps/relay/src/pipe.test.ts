import { createHash, randomBytes } from "node:crypto";

import type { Actor, AgentRecord } from "@skykoi/control";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { RelayLimits } from "./limits.ts";
import { connectFrame, openDomain, openRelay, type Domain, type RelayFixture } from "./testing/relay-fixture.ts";
import type { TestClient } from "./testing/test-client.ts";
import { openTestGateway, type TestGateway } from "./testing/test-gateway.ts";

let domain: Domain;
let owner: Actor;
let gateway: TestGateway;
let agent: AgentRecord;
let fixture: RelayFixture | undefined;
beforeAll(async () => {
  domain = await openDomain();
  owner = await domain.person("owner");
  gateway = await openTestGateway();
  agent = await domain.agent(owner, gateway);
});
afterEach(async () => await fixture?.close());
afterAll(async () => {
  await gateway.close();
  await domain.close();
});

const relayed = async (limits: Partial<RelayLimits> = {}, options: { autoPong?: boolean } = {}) => {
  fixture = await openRelay(domain.control, { limits });
  const client = fixture.open(options);
  await client.next();
  client.send(connectFrame(await domain.ticket(owner, agent)));
  const atGateway = await gateway.next();
  await atGateway.next();
  return { client, atGateway };
};

const MEGABYTE = 1024 * 1024;

/** Counts and hashes what arrives, in place of the frames' own reading. */
const digestOf = ({ webSocket }: TestClient) => {
  webSocket.removeAllListeners("message");
  const hash = createHash("sha256");
  const seen = { bytes: 0, frames: 0, binary: 0, digest: () => hash.digest("hex") };
  webSocket.on("message", (data: Buffer, isBinary) => {
    hash.update(data);
    seen.bytes += data.length;
    seen.frames += 1;
    seen.binary += isBinary ? 1 : 0;
  });
  return seen;
};

/** Random text frames of 64 KiB. */
const sendText = ({ webSocket }: TestClient, totalBytes: number): string => {
  const hash = createHash("sha256");
  for (let sent = 0; sent < totalBytes; sent += 64 * 1024) {
    const frame = randomBytes(32 * 1024).toString("hex");
    hash.update(frame);
    webSocket.send(frame);
  }
  return hash.digest("hex");
};

describe("the pipe between a client and its gateway", () => {
  it("lasts no longer than a session may go unchecked, and says how to go on", async () => {
    const { client, atGateway } = await relayed({ maxLifetimeMs: 50 });
    expect(await client.closed).toEqual({ code: 1012, reason: "connect again with a new ticket" });
    expect((await atGateway.closed).code).toBe(1012);
  });

  it("carries 10 MB each way without a byte lost, added or changed", async () => {
    const { client, atGateway } = await relayed();
    const [down, up] = [digestOf(client), digestOf(atGateway)];
    const [sentDown, sentUp] = [sendText(atGateway, 10 * MEGABYTE), sendText(client, 10 * MEGABYTE)];
    await expect.poll(() => [down.bytes, up.bytes], { timeout: 15_000 }).toEqual([10 * MEGABYTE, 10 * MEGABYTE]);
    expect([down.digest(), up.digest()]).toEqual([sentDown, sentUp]);
    expect([down.binary, up.binary]).toEqual([0, 0]);
  });

  it("keeps one large frame one frame, and binary binary", async () => {
    const { client, atGateway } = await relayed();
    const seen = digestOf(client);
    atGateway.webSocket.send(randomBytes(8 * MEGABYTE));
    await expect.poll(() => seen.bytes, { timeout: 15_000 }).toBe(8 * MEGABYTE);
    expect([seen.frames, seen.binary]).toEqual([1, 1]);
  });

  it("makes a gateway wait for a slow client instead of holding its frames, and loses none of them", async () => {
    const { client, atGateway } = await relayed();
    const seen = digestOf(client);
    client.webSocket.pause();
    const total = 64 * MEGABYTE;
    const sent = sendText(atGateway, total);
    // What did not fit into the relay's mark and the buffers of the system stays where it comes from.
    await expect.poll(() => isSettled(atGateway), { timeout: 10_000, interval: 100 }).toBe(true);
    expect(atGateway.webSocket.bufferedAmount).toBeGreaterThan(total / 2);

    client.webSocket.resume();
    await expect.poll(() => seen.bytes, { timeout: 15_000 }).toBe(total);
    expect(seen.digest()).toBe(sent);
  });

  it("delivers what was said before a close, also to a slow client", async () => {
    const { client, atGateway } = await relayed();
    const seen = digestOf(client);
    client.webSocket.pause();
    sendText(atGateway, 8 * MEGABYTE);
    atGateway.webSocket.close(4000, "last word");
    client.webSocket.resume();
    expect(await client.closed).toEqual({ code: 4000, reason: "last word" });
    expect(seen.bytes).toBe(8 * MEGABYTE);
  });

  it("drops a client that gives no sign of life, and lets the gateway know", async () => {
    const { atGateway } = await relayed({ keepaliveIntervalMs: 50 }, { autoPong: false });
    expect((await atGateway.closed).code).toBe(1001);
  });

  it("keeps a quiet client that answers its pings", async () => {
    const { client } = await relayed({ keepaliveIntervalMs: 50 });
    let pings = 0;
    client.webSocket.on("ping", () => (pings += 1));
    await expect.poll(() => pings).toBeGreaterThan(4);
    expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
  });

  it("drops a client that stopped reading for good", async () => {
    const { client, atGateway } = await relayed({ keepaliveIntervalMs: 200 });
    client.webSocket.pause();
    sendText(atGateway, 32 * MEGABYTE);
    expect((await atGateway.closed).code).toBe(1001);
  });
});

let before = -1;
const isSettled = ({ webSocket }: TestClient): boolean => {
  const settled = webSocket.bufferedAmount === before;
  before = webSocket.bufferedAmount;
  return settled;
};
