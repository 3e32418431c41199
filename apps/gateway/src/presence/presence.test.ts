import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { startTestGateway } from "../testing/test-gateway.ts";
import { readBeacon } from "./beacon.ts";
import { createPresence } from "./presence.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const client = (connId: string, more: object = {}) => ({
  connId,
  clientId: "test",
  version: "1",
  platform: "linux",
  mode: "cli",
  role: "operator",
  connectedAt: 0,
  ...more,
});

const scene = () => {
  const announce = vi.fn();
  return { announce, presence: createPresence({ now: Date.now, announce }) };
};

describe("presence", () => {
  it("tells of many that come one after the other a few times, not once for each", () => {
    const { presence, announce } = scene();
    let sent = 0;
    announce.mockImplementation(() => (sent += presence.count() * presence.entries().length));
    for (let at = 0; at < 1000; at++) {
      presence.join(client(`c${at}`));
      vi.advanceTimersByTime(3);
    }
    vi.advanceTimersByTime(60_000);
    expect(announce.mock.calls.length).toBeLessThan(15);
    // A thousand clients that each hear of each one that comes would be half a million rows.
    expect(sent).toBeLessThan(1000 * 50 * 4);
    expect(presence.entries(500)).toHaveLength(500);
    expect(presence.count()).toBe(1000);
  });

  it("shows the newest first, and one that left no more", () => {
    const { presence } = scene();
    presence.join(client("old"));
    presence.join(client("new"));
    expect(presence.entries().map(({ connId }) => connId)).toEqual(["new", "old"]);
    presence.leave("new");
    expect(presence.entries().map(({ connId }) => connId)).toEqual(["old"]);
  });

  it("keeps what a device told for five minutes, unless it tells again", () => {
    const { presence, announce } = scene();
    const beacon = readBeacon({ text: "Node: mac (10.0.0.2) · app 3.1 · last input 7s ago · mode ui · reason launch" });
    presence.report(beacon);
    expect(presence.entries()).toMatchObject([
      {
        host: "mac",
        ip: "10.0.0.2",
        version: "3.1",
        mode: "ui",
        reason: "launch",
        lastInputSeconds: 7,
        ts: Date.now(),
      },
    ]);
    vi.advanceTimersByTime(4 * 60_000);
    expect(announce).toHaveBeenCalledTimes(1);
    presence.report({ ...beacon, lastInputSeconds: 1 });
    vi.advanceTimersByTime(4 * 60_000);
    expect(announce).toHaveBeenCalledTimes(1);
    expect(presence.entries()).toHaveLength(1);
    vi.advanceTimersByTime(2 * 60_000);
    expect(presence.entries()).toEqual([]);
  });

  it("shows a device that is connected and tells of itself once, and believes the connection more", () => {
    const { presence } = scene();
    presence.report({
      key: "i",
      instanceId: "i",
      text: "Node: x",
      mode: "told",
      reason: "launch",
      lastInputSeconds: 3,
    });
    presence.join(client("c", { instanceId: "i", user: { id: "u" } }));
    expect(presence.entries()).toMatchObject([
      { connId: "c", mode: "cli", user: { id: "u" }, reason: "launch", lastInputSeconds: 3 },
    ]);
    expect(presence.entries()).toHaveLength(1);
  });

  it("holds a limited number of devices, however many tell", () => {
    const { presence } = scene();
    for (let at = 0; at < 1000; at++) presence.report({ key: `${at}`, host: `h${at}`, text: "Node: x" });
    expect(presence.entries(5000)).toHaveLength(200);
  });
});

it("a beacon reaches system-presence and never the model", async () => {
  vi.useRealTimers();
  const test = await startTestGateway();
  try {
    const watcher = await test.client();
    await watcher.request("system-event", { text: "Node: mac", instanceId: "mac-1", host: "mac", mode: "ui" });
    const present = await watcher.request("system-presence", {});
    expect(present).toMatchObject([{ mode: expect.any(String), connId: expect.any(String) }, { host: "mac" }]);
    const waking = watcher.request("system-event", { text: "Node: mac", wake: true });
    await expect(waking).rejects.toThrow("INVALID_REQUEST");
  } finally {
    await test.stop();
  }
});
