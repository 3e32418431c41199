import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadConfig } from "./load-config.ts";
import { repairConfig } from "./repair-config.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "koi-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const path = () => join(home, "skykoi.json");
const write = (text: string) => writeFile(path(), text, { mode: 0o600 });
const repair = () => repairConfig({ home, env: {} });
const GOOD = `{ gateway: { mode: "local", auth: { token: "t" } } } // good\n`;

describe("repairConfig", () => {
  it("leaves a good file alone", async () => {
    await write(GOOD);
    expect(await repair()).toEqual({ done: [], problems: [] });
    expect(await readdir(home)).toEqual(["skykoi.json"]);
  });

  it("takes rights from others", async () => {
    await write(GOOD);
    await chmod(path(), 0o644);
    expect((await repair()).done).toHaveLength(1);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it("takes unknown keys out, keeps the rest with its comments, and the broken file aside", async () => {
    const broken = `{\n  // mine\n  gateway: { mode: "local", prot: 1, auth: { token: "t", old: true } },\n  plugins: {},\n}\n`;
    await write(broken);
    expect(await repair()).toMatchObject({ problems: [] });
    expect(await readFile(path(), "utf8")).toBe(
      `{\n  // mine\n  gateway: { mode: "local", auth: { token: "t", } },\n}\n`,
    );
    expect(await readFile(`${path()}.broken`, "utf8")).toBe(broken);
  });

  it("makes a token where none is", async () => {
    await write(`{ gateway: { mode: "local" } }`);
    await repair();
    const { config } = await loadConfig({ home, env: {} });
    expect(config.gateway.auth.token).toMatch(/^gwt_[\w-]{43}$/);
  });

  it("puts the last good configuration in the place of one that cannot be mended", async () => {
    await write(GOOD);
    await (await loadConfig({ home, env: {} })).markGood();
    await write("{ gateway: ");
    expect((await repair()).problems).toEqual([]);
    expect(await readFile(path(), "utf8")).toBe(GOOD);
    expect(await readFile(`${path()}.broken`, "utf8")).toBe("{ gateway: ");
  });

  it("changes nothing and says what is wrong when it would have to guess", async () => {
    const wrong = `{ gateway: { mode: "local", port: "x", auth: { token: "t" } } }`;
    await write(wrong);
    expect(await repair()).toMatchObject({ done: [], problems: [{ path: "gateway.port" }] });
    expect(await readFile(path(), "utf8")).toBe(wrong);
  });
});
