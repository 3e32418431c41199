import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { isConfigured, writeInitialConfig } from "./initial-config.ts";
import { loadConfig } from "./load-config.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "koi-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const file = (name = "skykoi.json") => join(home, name);
const load = (env: Record<string, string> = {}) => loadConfig({ home, env });
const write = (port: number | string) =>
  writeFile(file(), `{ gateway: { mode: "local", port: ${port}, auth: { token: "t" } } }`);
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("loadConfig", () => {
  it("reads the file of the home", async () => {
    await write(4000);
    expect(await load()).toMatchObject({ config: { gateway: { port: 4000 } }, degraded: [], path: file() });
  });

  it("uses the defaults without a file, when a token is given", async () => {
    const { config, degraded, markGood } = await load({ SKYKOI_GATEWAY_TOKEN: "t" });
    await markGood();
    expect([config.gateway.port, degraded, await isConfigured(home)]).toEqual([18_789, [], false]);
  });

  it("refuses a home without a file and without a token", async () => {
    await expect(load()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: `${file()} does not exist; a gateway without it is not valid: gateway.auth.token must not be empty`,
    });
  });

  it("refuses a broken file in one line that names the file, the line and the key", async () => {
    await write('"x"');
    await expect(load()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: `${file()} is not valid: line 1: gateway.port must be integer`,
    });
  });

  it("goes on with the last configuration that started when an edit broke the file, and says so", async () => {
    await write(4001);
    await (await load()).markGood();
    await write('"x"');
    const { config, degraded } = await load();
    expect(config.gateway.port).toBe(4001);
    expect(degraded).toEqual([
      `${file()}: line 1: gateway.port must be integer. The last configuration that started is in use.`,
    ]);
  });

  it("goes on with the last configuration that started when the file has vanished", async () => {
    await write(4002);
    await (await load()).markGood();
    await rm(file());
    const { config, degraded } = await load();
    expect([config.gateway.port, degraded.length]).toEqual([4002, 1]);
    expect(degraded[0]).toContain("is missing");
  });

  it("goes on with the last configuration that started when the file cannot be read", async () => {
    await write(4003);
    await (await load()).markGood();
    await rm(file());
    await mkdir(file());
    const { config, degraded } = await load();
    expect([config.gateway.port, degraded.length]).toEqual([4003, 1]);
  });

  it("never remembers a configuration that did not start", async () => {
    await write(4004);
    await load();
    await write('"x"');
    await expect(load()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("does not overwrite the last good configuration while it runs on it", async () => {
    await write(4005);
    await (await load()).markGood();
    await write('"x"');
    await (await load()).markGood();
    expect(await readFile(file("skykoi.json.last-good"), "utf8")).toContain("4005");
  });

  it("remembers the text with its variables, not the secrets behind them, readable by the owner only", async () => {
    await writeFile(file(), '{ gateway: { mode: "local", auth: { token: "${T}" } } }');
    await (await load({ T: "very-secret" })).markGood();
    expect(await readFile(file("skykoi.json.last-good"), "utf8")).not.toContain("very-secret");
    expect(await modeOf(file("skykoi.json.last-good"))).toBe(0o600);
  });

  it("refuses a wrong override instead of falling back", async () => {
    await write(4006);
    await (await load()).markGood();
    await expect(load({ SKYKOI_GATEWAY_PORT: "x" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "The start-up configuration is not valid: SKYKOI_GATEWAY_PORT must be a port number from 0 to 65535",
    });
  });
});

describe("writeInitialConfig", () => {
  it("makes a home that loads with the token, readable by the owner only", async () => {
    expect(await isConfigured(home)).toBe(false);
    const path = await writeInitialConfig(home, 'gwt_"quoted');
    expect((await load()).config.gateway.auth.token).toBe('gwt_"quoted');
    expect([await modeOf(path), await isConfigured(home)]).toEqual([0o600, true]);
  });
});
