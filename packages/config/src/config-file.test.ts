import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createConfigFile } from "./config-file.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "koi-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const SECRET = "gwt_very_secret";
const TEXT = `{
  // who may come in
  gateway: { mode: "local", port: 4000, auth: { token: "${SECRET}" } }, // the door
  models: { providers: { lab: { api: "openai-completions", baseUrl: "http://127.0.0.1/v1", apiKey: "\${LAB}" } } },
}
`;

const path = () => join(home, "skykoi.json");
const written = (name = "") => readFile(`${path()}${name}`, "utf8");
const open = () => createConfigFile({ home, env: { LAB: "lab-secret" } });
const opened = async (text = TEXT) => {
  await writeFile(path(), text);
  return open();
};

describe("a change", () => {
  it("edits the place and keeps the comments and all other values, readable by the owner only", async () => {
    const file = await opened();
    const after = await file.change({ kind: "set", path: "gateway.port", value: 5000 });
    expect(await written()).toBe(TEXT.replace("4000", "5000"));
    expect(after).toMatchObject({ exists: true, text: await written() });
    expect(after.hash).toBe((await file.read()).hash);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it("merges a patch: objects key by key, null takes away", async () => {
    const file = await opened();
    await file.change({ kind: "patch", patch: { gateway: { port: null }, logging: { level: "debug" } } });
    const text = await written();
    expect(text).toContain("// who may come in");
    expect(text).toContain('logging: { level: "debug" }');
    expect(text).not.toContain("port");
  });

  it("replaces the whole text as it is given", async () => {
    const file = await opened();
    const text = '{ gateway: { mode: "local", auth: { token: "other" } } } // new\n';
    await file.change({ kind: "apply", text });
    expect(await written()).toBe(text);
  });

  it("is refused when the file is not the one that was read", async () => {
    const file = await opened();
    const { hash } = await file.read();
    await writeFile(path(), TEXT.replace("4000", "4001"));
    const late = file.change({ kind: "patch", patch: { gateway: { port: 5000 } } }, hash);
    await expect(late).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await written()).toContain("4001");
  });

  it("lets one of two writers with the same base through", async () => {
    const file = await opened();
    const { hash } = await file.read();
    const both = await Promise.allSettled(
      [5000, 5001].map((port) => file.change({ kind: "patch", patch: { gateway: { port } } }, hash)),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("takes changes without a base one after the other, none lost", async () => {
    const file = await opened();
    await Promise.all([
      file.change({ kind: "set", path: "logging.level", value: "debug" }),
      file.change({ kind: "set", path: "gateway.port", value: 7000 }),
      file.change({ kind: "set", path: "cron.enabled", value: false }),
    ]);
    expect((await file.read()).parsed).toMatchObject({
      config: { logging: { level: "debug" }, gateway: { port: 7000 }, cron: { enabled: false } },
    });
  });

  it.each([
    [{ kind: "set", path: "gateway.prot", value: 1 }, /gateway\.prot is not a known field; did you mean "port"/],
    [{ kind: "set", path: "gateway.port", value: "x" }, /gateway\.port must be integer/],
    [{ kind: "set", path: "gateway.auth.token", value: null }, /gateway\.auth\.token must not be empty/],
    [{ kind: "patch", patch: { agents: { list: [] } } }, /agents\.list/],
    [{ kind: "apply", text: "{" }, /not JSON5/],
    [{ kind: "apply", text: '{ gateway: { mode: "local",\n port: "x" } }' }, /line 2: gateway\.port must be integer/],
  ] as const)("%j is refused before anything is written", async (change, message) => {
    const file = await opened();
    await expect(file.change(change)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
    });
    expect(await written()).toBe(TEXT);
    expect(await readdir(home)).toEqual(["skykoi.json"]);
  });

  it.each([
    [{ kind: "set", path: "gateway..port", value: 1 }],
    [{ kind: "set", path: "", value: 1 }],
    [{ kind: "patch", patch: [] }],
  ] as const)("%j is refused as no request", async (change) => {
    await expect((await opened()).change(change)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("corrects a file that parses but is not valid, and refuses to guess at one that does not parse", async () => {
    const wrong = await opened(TEXT.replace("4000", '"x"'));
    await wrong.change({ kind: "set", path: "gateway.port", value: 4000 });
    expect(await written()).toBe(TEXT);
    const broken = await opened("{ gateway: ");
    const change = broken.change({ kind: "set", path: "gateway.port", value: 1 });
    await expect(change).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("--fix") });
  });

  it("makes the file of a home that has none", async () => {
    const file = open();
    await file.change({ kind: "set", path: "gateway.auth.token", value: "t" });
    expect(await written()).toBe('{ gateway: { mode: "local", auth: { token: "t" } } }\n');
  });

  it("keeps the four files before it", async () => {
    const file = await opened();
    for (const port of [1, 2, 3, 4, 5]) await file.change({ kind: "set", path: "gateway.port", value: port });
    const ports = await Promise.all([".bak", ".bak.1", ".bak.2", ".bak.3"].map(written));
    expect(ports.map((text) => /port: (\d+)/.exec(text)?.[1])).toEqual(["4", "3", "2", "1"]);
    expect((await readdir(home)).length).toBe(5);
  });

  it("that changes nothing writes nothing", async () => {
    const file = await opened();
    await file.change({ kind: "patch", patch: { gateway: { port: 4000 } } });
    expect(await readdir(home)).toEqual(["skykoi.json"]);
  });
});

describe("the placeholder of a secret", () => {
  it("never overwrites it, in no kind of change", async () => {
    const file = await opened();
    const auth = { token: "[redacted]", mode: "token" };
    await file.change({ kind: "patch", patch: { gateway: { auth } } });
    await file.change({ kind: "set", path: "gateway.auth.token", value: "[redacted]" });
    await file.change({ kind: "set", path: "gateway", value: { mode: "local", auth } });
    await file.change({ kind: "apply", text: TEXT.replace(SECRET, "[redacted]").replace("${LAB}", "[redacted]") });
    const text = await written();
    expect(text).toBe(TEXT);
  });

  it("is refused where it stands for nothing", async () => {
    const file = await opened();
    const patch = { tools: { web: { search: { apiKey: "[redacted]" } } } };
    await expect(file.change({ kind: "patch", patch })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("tools.web.search.apiKey"),
    });
  });
});
