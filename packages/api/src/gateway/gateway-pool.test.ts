import type { GatewayAddress } from "@skykoi/control";
import { silentLogger } from "@skykoi/log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { cannedAnswer } from "../testing/canned-answers.ts";
import { createScriptedGateway, type ScriptedGateway } from "../testing/scripted-gateway.ts";
import { createGatewayPool, type GatewayPool, type GatewayPoolOptions } from "./gateway-pool.ts";

let gateway: ScriptedGateway;
const pools: GatewayPool[] = [];
beforeEach(() => {
  gateway = createScriptedGateway(cannedAnswer);
});
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

const createPool = (options: Partial<GatewayPoolOptions> = {}): GatewayPool => {
  const pool = createGatewayPool({
    open: () => gateway.open(),
    version: "1",
    log: silentLogger,
    readyTimeoutMs: 5_000,
    ...options,
  });
  pools.push(pool);
  return pool;
};

const address = (name: string, more: Partial<GatewayAddress> = {}): GatewayAddress => ({
  agentId: `agt_${name}`,
  instanceId: `ins_${name}`,
  url: "ws://127.0.0.1:1",
  token: "gwt_1",
  certificateFingerprint: null,
  ...more,
});

describe("the pool of gateway connections", () => {
  it("shares one connection among requests at the same time and one after the other", async () => {
    const pool = createPool();
    const [first, second] = await Promise.all([pool.lease(address("a")), pool.lease(address("a"))]);
    first.release();
    second.release();
    (await pool.lease(address("a"))).release();
    expect(gateway.dialled).toBe(1);
  });

  it("closes a connection that nobody used for a while, and not one in use", async () => {
    const pool = createPool({ idleMs: 10 });
    const idle = await pool.lease(address("a"));
    await pool.lease(address("b"));
    expect(gateway.connections).toBe(2);
    idle.release();
    await expect.poll(() => gateway.connections).toBe(1);
  });

  it("does not count a release twice", async () => {
    const pool = createPool({ idleMs: 10 });
    const [first, second] = [await pool.lease(address("a")), await pool.lease(address("a"))];
    first.release();
    first.release();
    (await pool.lease(address("b"))).release();
    // Released later, and idle for long enough by now: the first one would have been closed before it.
    await expect.poll(() => gateway.connections).toBe(1);
    expect(second.client.state.kind).toBe("open");
  });

  it("gives up the connection idle for longest when it is full, and refuses when all are in use", async () => {
    const pool = createPool({ maxConnections: 2 });
    const [a, b] = [await pool.lease(address("a")), await pool.lease(address("b"))];
    await expect(pool.lease(address("c"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    a.release();
    await pool.lease(address("c"));
    expect(gateway.connections).toBe(2);
    expect(a.client.state.kind).toBe("closed");
    expect(b.client.state.kind).toBe("open");
  });

  it("uses a new address and a new token at once", async () => {
    const pool = createPool();
    const before = await pool.lease(address("a"));
    await pool.lease(address("a", { token: "gwt_2" }));
    expect(before.client.state.kind).toBe("closed");
    expect(gateway.received("connect").at(-1)).toMatchObject({ auth: { token: "gwt_2" } });
  });

  it("forgets a gateway that did not answer, and tries it anew the next time", async () => {
    const pool = createPool({ readyTimeoutMs: 20 });
    gateway.refuseWith = { code: "UNAUTHENTICATED", message: "no" };
    await expect(pool.lease(address("a"))).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
    expect(gateway.connections).toBe(0);
    delete gateway.refuseWith;
    (await pool.lease(address("a"))).release();
  });
});
