import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { silentLogger } from "@skykoi/log";
import { afterEach, describe, expect, it } from "vitest";

import { createTestDevice, type TestDevice } from "../testing/device-client.ts";
import { startTestGateway, temporaryDirectory, TOKEN, type TestGateway } from "../testing/test-gateway.ts";
import { createDeviceStore } from "./device-store.ts";

const running: { test: TestGateway; home: string }[] = [];
const homes: string[] = [];
afterEach(async () => {
  for (const { test } of running.splice(0)) await test.stop();
  for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true });
});

const newHome = async (): Promise<string> => {
  const home = await temporaryDirectory();
  homes.push(home);
  return home;
};

const start = async (home?: string): Promise<TestGateway> => {
  const at = home ?? (await newHome());
  const test = await startTestGateway({ home: at });
  running.push({ test, home: at });
  return test;
};

const hello = (answer: Awaited<ReturnType<TestDevice["connect"]>>) => {
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.payload;
};

const tokenOf = (payload: unknown): string => {
  const auth = typeof payload === "object" && payload !== null && "auth" in payload ? payload.auth : undefined;
  const token = typeof auth === "object" && auth !== null && "deviceToken" in auth ? auth.deviceToken : undefined;
  if (typeof token !== "string") throw new Error("no device token");
  return token;
};

const paired = async (test: TestGateway, scopes: readonly string[] = []) => {
  const device = createTestDevice();
  const client = test.open();
  const token = tokenOf(hello(await device.connect(client, { token: TOKEN }, { scopes })));
  return { device, client, token };
};

describe("a device that proves itself with the gateway's token", () => {
  it("gets a token of its own, by which it connects from then on, also after a restart", async () => {
    const home = await newHome();
    const test = await start(home);
    const { device, token } = await paired(test);
    const again = hello(await device.connect(test.open(), { deviceToken: token }));
    expect(again).toMatchObject({ auth: { method: "device-token", role: "operator" } });
    await running.pop()?.test.stop();
    const later = await start(home);
    expect(hello(await device.connect(later.open(), { deviceToken: token }))).toMatchObject({ type: "hello-ok" });
  });

  it("leaves only the hash on the disk, readable by the owner only", async () => {
    const test = await start();
    const { token } = await paired(test);
    const path = join(test.home, "devices.json");
    expect(await readFile(path, "utf8")).not.toContain(token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("gets the same one again for the same scopes, another one for others", async () => {
    const test = await start();
    const { device, token } = await paired(test, ["operator.read"]);
    const same = hello(await device.connect(test.open(), { token: TOKEN }, { scopes: ["operator.read"] }));
    const other = hello(await device.connect(test.open(), { token: TOKEN }, { scopes: ["operator.write"] }));
    expect([tokenOf(same) === token, tokenOf(other) === token]).toEqual([true, false]);
    expect(hello(await device.connect(test.open(), { deviceToken: token }))).toMatchObject({
      auth: { scopes: ["operator.read"] },
    });
  });
});

describe("a device token", () => {
  it("never gives more than was granted with it", async () => {
    const test = await start();
    const { device, token } = await paired(test, ["operator.read"]);
    const scopes = ["operator.admin", "operator.read", "operator.write"];
    const client = test.open();
    expect(hello(await device.connect(client, { deviceToken: token }, { scopes }))).toMatchObject({
      auth: { scopes: ["operator.read"] },
    });
    const refused = await client.ask("chat.send", { sessionKey: "main", message: "x", idempotencyKey: "k" });
    expect(refused).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
  });

  it("is worth nothing to another device, and nothing without a proof", async () => {
    const test = await start();
    const { token } = await paired(test);
    const stranger = createTestDevice();
    expect(await stranger.connect(test.open(), { deviceToken: token })).toMatchObject({
      ok: false,
      error: { code: "UNAUTHENTICATED" },
    });
    const client = test.open();
    await client.challenge();
    const bare = { minProtocol: 4, maxProtocol: 4, client: { id: "x", version: "1", platform: "x", mode: "x" } };
    expect(await client.ask("connect", { ...bare, auth: { deviceToken: token } })).toMatchObject({ ok: false });
  });

  it("takes the place of a gateway token that was rotated, for a client that sends both", async () => {
    const test = await start();
    const { device, token } = await paired(test);
    const answer = await device.connect(test.open(), { token: "gwt_of_yesterday", deviceToken: token });
    expect(hello(answer)).toMatchObject({ auth: { method: "device-token" } });
  });
});

describe("a proof", () => {
  it.each([
    ["of another connection's challenge", { nonce: "another" }, /device\.nonce/],
    ["that is older than two minutes", { signedAt: Date.now() - 600_000 }, /device\.signedAt/],
    ["from the future", { signedAt: Date.now() + 600_000 }, /device\.signedAt/],
  ])("%s is refused", async (_case, more, message) => {
    const test = await start();
    const answer = await createTestDevice().connect(test.open(), { token: TOKEN }, more);
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
  });
});

describe("revoking", () => {
  it("closes the device's connections and leaves the others", async () => {
    const test = await start();
    const { device, client, token } = await paired(test);
    const admin = await test.client();
    const second = test.open();
    hello(await device.connect(second, { deviceToken: token }));
    await admin.request("device.token.revoke", { deviceId: device.id, role: "operator" });
    expect(await client.closed).toMatchObject({ code: 1008, reason: "the device's token was revoked" });
    expect(await second.closed).toMatchObject({ code: 1008 });
    expect(await device.connect(test.open(), { deviceToken: token })).toMatchObject({ ok: false });
    const { paired: list } = await admin.request("device.pair.list", {});
    expect(list).toMatchObject([
      { deviceId: device.id, connected: false, scopes: [], tokens: [{ revokedAtMs: expect.any(Number) }] },
    ]);
  });

  it("answers the device that revokes itself before its connection closes", async () => {
    const test = await start();
    const { device, client } = await paired(test);
    expect(await client.request("device.token.revoke", { deviceId: device.id, role: "operator" })).toMatchObject({
      deviceId: device.id,
    });
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it("of what is not there is NOT_FOUND", async () => {
    const admin = await (await start()).client();
    const answer = await admin.ask("device.token.revoke", { deviceId: "0".repeat(64), role: "operator" });
    expect(answer).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });
});

describe("rotating", () => {
  it("gives the new token to the device itself only, and the old one ends", async () => {
    const test = await start();
    const { device, client, token } = await paired(test);
    const rotated = await client.request("device.token.rotate", { deviceId: device.id, role: "operator" });
    expect(rotated).toMatchObject({ tokenDelivery: "in-band" });
    await client.closed;
    expect(await device.connect(test.open(), { deviceToken: token })).toMatchObject({ ok: false });
    hello(await device.connect(test.open(), { deviceToken: rotated.token ?? "" }));
    const admin = await test.client();
    const other = await admin.request("device.token.rotate", { deviceId: device.id, role: "operator" });
    expect(other).toMatchObject({ tokenDelivery: "withheld-cross-device" });
    expect(other.token).toBeUndefined();
  });

  it("never widens, neither beyond the device's scopes nor beyond the caller's", async () => {
    const test = await start();
    const { device } = await paired(test, ["operator.read"]);
    const admin = await test.client();
    const pairing = await test.client({ scopes: ["operator.pairing"] });
    for (const [client, scopes] of [
      [admin, ["operator.write"]],
      [pairing, ["operator.read"]],
    ] as const) {
      const answer = await client.ask("device.token.rotate", { deviceId: device.id, role: "operator", scopes });
      expect(answer).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    }
  });
});

it("a device without operator.admin sees and manages only itself", async () => {
  const test = await start();
  const first = await paired(test);
  const second = await paired(test, ["operator.pairing"]);
  const { paired: list } = await second.client.request("device.pair.list", {});
  expect(list.map(({ deviceId }) => deviceId)).toEqual([second.device.id]);
  const refused = await second.client.ask("device.token.revoke", { deviceId: first.device.id, role: "operator" });
  expect(refused).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
});

const facts = (id: string) => ({ deviceId: id, publicKey: "k", platform: "p", clientId: "c", clientMode: "m" });

describe("devices.json", () => {
  it("that cannot be used is put aside, and nobody is let in by it", async () => {
    const path = join(await newHome(), "devices.json");
    await writeFile(path, '{"version":1,"devi');
    const store = createDeviceStore({ path, now: Date.now, log: silentLogger });
    expect(store.verify("a", "operator", "")).toBeUndefined();
    expect(await readFile(`${path}.broken`, "utf8")).toContain("devi");
    const token = store.issue(facts("a"), "operator", ["operator.read"]);
    expect(store.verify("a", "operator", token)).toEqual(["operator.read"]);
  });

  it("is bounded: the device that was used longest ago is forgotten", async () => {
    const path = join(await newHome(), "devices.json");
    let now = 0;
    const store = createDeviceStore({ path, now: () => ++now, log: silentLogger, maxDevices: 2 });
    const tokens = ["a", "b", "c"].map((id) => store.issue(facts(id), "operator", ["operator.read"]));
    expect(["a", "b", "c"].map((id, at) => store.verify(id, "operator", tokens[at] ?? "") !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
