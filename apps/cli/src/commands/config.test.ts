import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createKoiHome, type KoiHome } from "../testing/koi-process.ts";

const homes: KoiHome[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove();
});

const TEXT = `{
  // by hand
  gateway: { mode: "local", port: 0, auth: { token: "gwt_a_secret_token" } },
}
`;

const newHome = async (text = TEXT) => {
  const koi = await createKoiHome();
  homes.push(koi);
  const path = join(koi.home, "skykoi.json");
  await writeFile(path, text);
  const run = async (...words: string[]) => {
    const process = koi.run(...words);
    return { code: await process.ended, out: process.stdout(), err: process.stderr() };
  };
  return { ...koi, path, run, start: koi.run };
};

describe("koi config", () => {
  it("gets one value, or all of them, and no secret without being asked", async () => {
    const { run, path } = await newHome();
    expect(await run("config", "path")).toMatchObject({ code: 0, out: `${path}\n` });
    expect(await run("config", "get", "gateway.bind")).toMatchObject({ code: 0, out: "loopback\n" });
    expect((await run("config", "get", "--json")).out).not.toContain("gwt_a_secret");
    expect((await run("config", "get", "gateway.auth.token", "--show-secrets")).out).toBe("gwt_a_secret_token\n");
    expect(await run("config", "get", "gateway.prot")).toMatchObject({ code: 1, out: "" });
  });

  it("sets a value in the file when no gateway runs, and keeps the comments", async () => {
    const { run, path } = await newHome();
    expect(await run("config", "set", "logging.level", "debug")).toMatchObject({ code: 0, err: "" });
    const text = await readFile(path, "utf8");
    expect(text).toContain("// by hand");
    expect(text).toContain('logging: { level: "debug" }');
    const refused = await run("config", "set", "logging.level", "loud");
    expect(refused).toMatchObject({ code: 6, err: expect.stringContaining("logging.level must be one of") });
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("says what is wrong with a file, line by line", async () => {
    const { run } = await newHome(TEXT.replace("port: 0", 'port: "x"'));
    expect(await run("config", "validate")).toMatchObject({
      code: 6,
      err: expect.stringContaining("line 3: gateway.port must be integer"),
    });
    expect(JSON.parse((await run("config", "validate", "--json")).out)).toMatchObject({ valid: false });
  });

  it("says what a key means", async () => {
    const { run } = await newHome();
    expect(JSON.parse((await run("config", "schema", "logging.level")).out)).toMatchObject({ reload: "hot" });
    expect(JSON.parse((await run("config", "schema", "--json")).out)).toMatchObject({ required: ["gateway"] });
  });

  it("changes a running gateway's configuration through the gateway, at once", async () => {
    const { run, start, path } = await newHome(TEXT.replace("port: 0", `port: ${await freePort()}`));
    const gateway = start("gateway", "run");
    await gateway.printed(/listening/);
    const { out } = await run("config", "set", "gateway.auth.token", "gwt_the_next_token", "--json");
    expect(JSON.parse(out)).toMatchObject({ ok: true, changed: ["gateway.auth.token"], restartNeeded: [] });
    expect(await run("gateway", "call", "health")).toMatchObject({ code: 0 });
    expect(await readFile(path, "utf8")).toContain("// by hand");
    gateway.child.kill("SIGTERM");
    expect(await gateway.ended).toBe(0);
  });
});

describe("koi doctor --fix", () => {
  it("repairs what it can, keeps what was there, and says so", async () => {
    const { run, path } = await newHome(`{ gateway: { mode: "local", prot: 1 } } // mine\n`);
    const { code, out } = await run("doctor", "--fix");
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/gateway\.prot was taken out.*\n.*token was made/s),
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toMatch(/token: "gwt_.*mine/s);
  });
});

const freePort = async (): Promise<number> => {
  const { createServer } = await import("node:net");
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
};
