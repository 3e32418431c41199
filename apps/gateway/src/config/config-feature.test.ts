import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { loadConfig, type SkykoiConfig } from "@skykoi/config";
import { afterEach, describe, expect, it } from "vitest";

import { connectParams, type RawClient } from "../testing/raw-client.ts";
import { startTestGateway, temporaryDirectory, TOKEN, type TestGateway } from "../testing/test-gateway.ts";

const LAB = `lab: { api: "openai-completions", baseUrl: "http://127.0.0.1:9/v1", apiKey: "lab-secret", models: [{ id: "tiny" }] }`;

const text = (more = "", level = "info") => `{
  // written by hand
  gateway: { mode: "local", port: 0, auth: { token: "${TOKEN}" } },
  agents: { defaults: { workspace: "~/koi", model: { primary: "offline/demo" } } }, ${more}
  logging: { level: "${level}" }, // how much is said
}
`;

interface Running {
  readonly test: TestGateway;
  readonly client: RawClient;
  readonly path: string;
  readonly applied: SkykoiConfig[];
  readonly write: (text: string) => Promise<void>;
}

const running: { test: TestGateway; home: string }[] = [];
afterEach(async () => {
  for (const { test, home } of running.splice(0)) {
    await test.stop();
    await rm(home, { recursive: true, force: true });
  }
});

const start = async (first = text(), { home = "", withCatalog = true } = {}): Promise<Running> => {
  const at = home || (await temporaryDirectory());
  const path = join(at, "skykoi.json");
  await writeFile(path, first);
  const env = { HOME: at };
  const { config, hash, degraded, markGood } = await loadConfig({ home: at, env });
  await markGood();
  const applied: SkykoiConfig[] = [];
  const test = await startTestGateway({
    home: at,
    env,
    config: () => config,
    configHash: hash,
    degraded,
    onConfig: (next) => void applied.push(next),
    configuredModels: !withCatalog,
  });
  running.push({ test, home: at });
  const client = await test.client();
  return { test, client, path, applied, write: (next) => writeFile(path, next) };
};

const changed = (client: RawClient) =>
  client.until("config.changed", () =>
    client.events.flatMap((event) => (event.event === "config.changed" ? [event.payload] : [])).at(-1),
  );

const healthOf = (client: RawClient, status: "ok" | "degraded") =>
  client.until(`health ${status}`, () =>
    client.events
      .flatMap(({ event, payload }) => (event === "health" && payload.status === status ? [payload] : []))
      .at(-1),
  );

describe("config.get", () => {
  it("shows what is in force and what is written, and no secret", async () => {
    const { client, path } = await start(text(`models: { providers: { ${LAB} } },`));
    const shown = await client.request("config.get", {});
    expect(shown).toMatchObject({
      path,
      exists: true,
      valid: true,
      problems: [],
      lastGoodInUse: false,
      restartNeeded: [],
      config: { gateway: { auth: { token: "[redacted]" }, bind: "loopback" } },
      written: { logging: { level: "info" }, models: { providers: { lab: { apiKey: "[redacted]" } } } },
    });
    expect(JSON.stringify(shown)).not.toMatch(/lab-secret|gwt_test/);
  });

  it("shows a client with read scope the same, and lets it change nothing", async () => {
    const { test } = await start();
    const reader = await test.client({ scopes: ["operator.read", "operator.write"] });
    const { hash } = await reader.request("config.get", {});
    for (const [method, params] of [
      ["config.set", { path: "logging.level", value: "debug" }],
      ["config.patch", { patch: {}, baseHash: hash }],
      ["config.apply", { raw: text(), baseHash: hash }],
    ] as const) {
      expect(await reader.ask(method, params)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    }
  });
});

describe("the schema", () => {
  it("says of a key what it means, when it applies and what is below it", async () => {
    const { client } = await start();
    expect(await client.request("config.schema.lookup", { path: "gateway.auth.token" })).toMatchObject({
      type: "string",
      reload: "hot",
      secret: true,
    });
    const { children } = await client.request("config.schema.lookup", { path: "agents.list[0]" });
    expect(children).toContainEqual({ key: "id", path: "agents.list[0].id", type: "string", hasChildren: false });
    expect((await client.request("config.schema.lookup", { path: "models.providers" })).children).toContainEqual(
      expect.objectContaining({ path: "models.providers.*.apiKey" }),
    );
    expect(await client.request("config.schema", {})).toMatchObject({ schema: { required: ["gateway"] } });
  });

  it.each([
    ["gateway.prot", 'There is no key "gateway.prot"; did you mean "port"?'],
    ["gatway", 'There is no key "gatway"; did you mean "gateway"?'],
  ])("answers %s with the nearest key", async (path, message) => {
    const { client } = await start();
    const answer = await client.ask("config.schema.lookup", { path });
    expect(answer).toMatchObject({ ok: false, error: { code: "NOT_FOUND", message } });
  });
});

describe("a change by a method", () => {
  it("is in force when it is answered, told to the others, and keeps the comments of the file", async () => {
    const { client, test, path, applied } = await start();
    const other = await test.client({ scopes: ["operator.read"] });
    const answer = await client.request("config.set", { path: "logging.level", value: "debug" });
    expect(answer).toMatchObject({ ok: true, changed: ["logging.level"], restartNeeded: [] });
    expect(applied.at(-1)).toMatchObject({ logging: { level: "debug" } });
    expect(await readFile(path, "utf8")).toBe(text("", "debug"));
    expect(await changed(other)).toEqual({ hash: answer.hash, changed: ["logging.level"], restartNeeded: [] });
    expect((await client.request("config.get", {})).hash).toBe(answer.hash);
  });

  it("of a key that needs a restart is written and reported as waiting, and nothing of it acts", async () => {
    const { client, applied } = await start();
    const { hash } = await client.request("config.get", {});
    const patch = { gateway: { port: 4321 }, cron: { maxConcurrentRuns: 2 } };
    const answer = await client.request("config.patch", { patch, baseHash: hash });
    expect(answer).toMatchObject({
      changed: ["gateway.port", "cron.maxConcurrentRuns"],
      restartNeeded: ["gateway.port"],
    });
    expect(applied.at(-1)).toMatchObject({ gateway: { port: 0 }, cron: { maxConcurrentRuns: 2 } });
    expect(await client.request("config.get", {})).toMatchObject({ restartNeeded: ["gateway.port"] });
    await client.request("config.set", { path: "gateway.port", value: 0 });
    expect(await client.request("config.get", {})).toMatchObject({ restartNeeded: [] });
  });

  it("is refused with CONFLICT when the file is another one by now", async () => {
    const { client, write } = await start();
    const { hash } = await client.request("config.get", {});
    await write(text("", "warn"));
    const late = await client.ask("config.patch", { patch: { logging: { level: "error" } }, baseHash: hash });
    expect(late).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await client.request("config.get", {})).toMatchObject({ config: { logging: { level: "warn" } } });
  });

  it("that is not valid is refused with the place, and nothing changes", async () => {
    const { client, path, applied } = await start();
    const refused = await client.ask("config.set", { path: "logging.levl", value: "debug" });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "CONFIG_INVALID", message: expect.stringContaining('did you mean "level"') },
    });
    expect(await readFile(path, "utf8")).toBe(text());
    expect(applied).toEqual([]);
  });

  it("replaces the whole file, where placeholders stand for the secrets that are there", async () => {
    const { client, path } = await start();
    const { hash } = await client.request("config.get", {});
    const raw = `{ gateway: { mode: "local", port: 0, auth: { token: "[redacted]" } } } // short\n`;
    await client.request("config.apply", { raw, baseHash: hash });
    expect(await readFile(path, "utf8")).toBe(raw.replace("[redacted]", TOKEN));
  });
});

describe("an edit of the file", () => {
  it.each([
    ["written in place", (path: string, next: string) => writeFile(path, next)],
    [
      "put in its place by an editor",
      async (path: string, next: string) => {
        await writeFile(`${path}~`, next);
        await rename(`${path}~`, path);
      },
    ],
  ])("%s comes into force by itself, twice in a row", async (_case, save) => {
    const { client, path } = await start();
    for (const level of ["debug", "warn"]) {
      await save(path, text("", level));
      await client.until(`level ${level}`, () =>
        client.events.filter(({ event }) => event === "config.changed").length >= (level === "debug" ? 1 : 2)
          ? true
          : undefined,
      );
      expect(await client.request("config.get", {})).toMatchObject({ config: { logging: { level } } });
    }
  });

  it("that is broken changes nothing, degrades the health with the line, and recovers when it is corrected", async () => {
    const { client, write, applied, path } = await start();
    await write(text("", "debg"));
    const { reasons } = await healthOf(client, "degraded");
    expect(reasons).toEqual([
      `${path}: line 5: logging.level must be one of "debug", "info", "warn", "error". The last good configuration is in use.`,
    ]);
    expect(await client.request("config.get", {})).toMatchObject({
      valid: false,
      lastGoodInUse: true,
      problems: [{ path: "logging.level", line: 5 }],
      config: { logging: { level: "info" } },
    });
    expect(applied).toEqual([]);
    await write(text("", "debug"));
    await healthOf(client, "ok");
    expect(applied).toHaveLength(1);
  });

  it("that takes the file away is survived", async () => {
    const { client, path } = await start();
    await rm(path);
    expect((await healthOf(client, "degraded")).reasons[0]).toContain("is missing");
    await writeFile(path, text());
    await healthOf(client, "ok");
  });

  it("that puts a directory in its place is survived", async () => {
    const { client, path } = await start();
    await rm(path);
    await mkdir(path);
    expect((await healthOf(client, "degraded")).reasons[0]).toContain("cannot be read (EISDIR)");
    await rm(path, { recursive: true });
    await writeFile(path, text());
    await healthOf(client, "ok");
  });

  it("is what the next start falls back to when a later one is broken", async () => {
    const { client, write, test } = await start();
    await client.request("config.set", { path: "logging.level", value: "debug" });
    await write("{");
    const { config, degraded } = await loadConfig({ home: test.home, env: { HOME: test.home } });
    expect([config.logging.level, degraded.length]).toEqual(["debug", 1]);
  });

  it("corrects a gateway that started on the last good configuration", async () => {
    const home = await temporaryDirectory();
    await writeFile(join(home, "skykoi.json.last-good"), text());
    await chmod(home, 0o700);
    const { client, write } = await start("{", { home });
    expect(await client.request("health", {})).toMatchObject({ status: "degraded" });
    expect(await client.request("config.get", {})).toMatchObject({ lastGoodInUse: true, valid: false });
    await write(text("", "warn"));
    await healthOf(client, "ok");
  });
});

describe("what follows an edit at once", () => {
  it("the gateway's token: new connections need the new one, the present ones stay", async () => {
    const { client, test } = await start();
    await client.request("config.set", { path: "gateway.auth.token", value: "gwt_the_new_one" });
    const connect = async (token: string) => {
      const fresh = test.open();
      await fresh.challenge();
      return fresh.ask("connect", connectParams(token));
    };
    expect(await connect(TOKEN)).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
    expect(await connect("gwt_the_new_one")).toMatchObject({ ok: true });
    expect(await client.request("health", {})).toMatchObject({ ok: true });
  });

  it("the models", async () => {
    const { client } = await start(text(), { withCatalog: false });
    const names = async () => (await client.request("models.list", {})).models.map(({ id }) => id);
    expect(await names()).not.toContain("lab/tiny");
    const { hash } = await client.request("config.get", {});
    const lab = { api: "openai-completions", baseUrl: "http://127.0.0.1:9/v1", models: [{ id: "tiny" }] };
    await client.request("config.patch", { patch: { models: { providers: { lab } } }, baseHash: hash });
    expect(await names()).toContain("lab/tiny");
  });

  it("the origins of browser pages", async () => {
    const { client, test } = await start();
    const headers = { origin: "https://koi.example" };
    await expect(test.open({ headers }).challenge()).rejects.toThrow(/closed before/);
    await client.request("config.set", { path: "gateway.allowedOrigins", value: ["https://koi.example"] });
    expect(await test.open({ headers }).challenge()).toMatchObject({ nonce: expect.any(String) });
  });
});
