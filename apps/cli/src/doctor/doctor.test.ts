import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { parseConfigText, type SkykoiConfig } from "@skykoi/config";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { checkDatabases } from "./databases.ts";
import { checkDisk, checkNode, checkPrograms } from "./machine.ts";
import { checkPort } from "./running.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "koi-doctor-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const configOf = (text: string): SkykoiConfig => {
  const parsed = parseConfigText(text, {});
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};
const config = (more = "") => configOf(`{ gateway: { mode: "local", auth: { token: "t" } }, ${more} }`);

const sessions = () => join(home, "agents", "main", "sessions");
const whole = (path: string): void => {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  database.close();
};
const statuses = async (mayRepair: boolean) => (await checkDatabases(home, mayRepair)).map(({ status }) => status);

describe("databases", () => {
  it("are fine when whole, or not there yet", async () => {
    expect(await statuses(false)).toEqual(["ok"]);
    await mkdir(sessions(), { recursive: true });
    whole(join(home, "usage.db"));
    whole(join(sessions(), "index.db"));
    expect(await statuses(false)).toEqual(["ok"]);
  });

  it("that are derived are put aside when damaged; the account of costs is never touched", async () => {
    await mkdir(sessions(), { recursive: true });
    await writeFile(join(home, "usage.db"), "no database at all, of some length".repeat(100));
    await writeFile(join(sessions(), "index.db"), "no database at all, of some length".repeat(100));
    expect(await statuses(false)).toEqual(["bad", "bad"]);
    expect(await statuses(true)).toEqual(["bad", "warn"]);
    expect(await readdir(sessions())).toEqual(["index.db.damaged"]);
    expect(await readdir(home)).toContain("usage.db");
    expect(await statuses(false)).toEqual(["bad"]);
  });
});

describe("the machine", () => {
  it("has a Node that is new enough, or is told so", () => {
    expect([checkNode("24.1.0"), checkNode("22.9.1")].map(({ status }) => status)).toEqual(["ok", "bad"]);
  });

  it("says how much room there is", async () => {
    expect((await checkDisk(home)).message).toMatch(/\d GB left/);
  });

  it("lacks only programs that the configuration needs", async () => {
    const names = (more: string) =>
      checkPrograms(config(more), { PATH: home }).map(({ message }) => message.split(" ")[0]);
    expect(names("")).toEqual(["git", "rg", "python3", "chromium"]);
    expect(
      names(`tools: { tts: { provider: "espeak" }, browser: { enabled: false }, exec: { security: "deny" } }`),
    ).toEqual(["git", "rg", "espeak-ng"]);
    for (const name of ["git", "rg", "python3", "google-chrome"])
      await writeFile(join(home, name), "", { mode: 0o755 });
    expect(checkPrograms(config(), { PATH: home }).map(({ status }) => status)).toEqual(["ok"]);
  });
});

describe("the port", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it("is bad while another program has it", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    server = createServer().listen(0, "127.0.0.1", () => {
      const address = server?.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
    const taken = configOf(`{ gateway: { mode: "local", port: ${await promise}, auth: { token: "t" } } }`);
    expect((await checkPort(taken)).status).toBe("bad");
    expect((await checkPort(configOf(`{ gateway: { mode: "local", port: 0, auth: { token: "t" } } }`))).status).toBe(
      "ok",
    );
  });
});
