import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseConfigText, type SkykoiConfig } from "@skykoi/config";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { auditConfig } from "./audit-config.ts";
import { closeFiles, openFiles } from "./audit-files.ts";
import { sorted } from "./finding.ts";

const TOKEN = "gwt_abcdefghijklmnopqrstuvwxyz0123456789";

const configOf = (gateway: string, rest = ""): SkykoiConfig => {
  const parsed = parseConfigText(`{ gateway: { mode: "local", ${gateway} }, ${rest} }`, {});
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};

const found = (gateway: string, rest = "", isRoot = false) =>
  auditConfig(configOf(gateway, rest), { isRoot }).map(({ level, subject }) => `${level} ${subject}`);

const GOOD = `auth: { token: "${TOKEN}" }`;
const OWN_USER = `tools: { exec: { runAs: "koi-tools" } }`;

describe("the audit of a configuration", () => {
  it("finds nothing where commands have a user of their own and the token is random", () => {
    expect(found(GOOD, OWN_USER)).toEqual([]);
  });

  it.each([
    [`auth: { token: "hunter2" }`, OWN_USER, "warn gateway.auth.token"],
    [`auth: { token: "hunter2" }, bind: "lan"`, OWN_USER, "critical gateway.auth.token"],
    [`auth: { token: "${"a".repeat(60)}" }`, OWN_USER, "warn gateway.auth.token"],
    [`${GOOD}, bind: "lan"`, OWN_USER, "warn gateway.bind"],
    [`${GOOD}, trustedProxies: ["10.0.0.1"]`, OWN_USER, "warn gateway.trustedProxies"],
    [`${GOOD}, allowedOrigins: ["http://koi.example.org"]`, OWN_USER, "warn gateway.allowedOrigins"],
    [`${GOOD}, http: { hooks: { enabled: true, token: "short" } }`, OWN_USER, "critical gateway.http.hooks.token"],
    [`${GOOD}, http: { hooks: { enabled: true, token: "${TOKEN}" } }`, OWN_USER, "critical gateway.http.hooks.token"],
    [`${GOOD}, http: { openai: { enabled: true } }`, OWN_USER, "info gateway.http.openai"],
    [`${GOOD}, bind: "lan", http: { webchat: { enabled: true } }`, OWN_USER, "warn gateway.http.webchat"],
    [GOOD, "", "warn tools.exec.runAs"],
    [
      GOOD,
      `tools: { exec: { runAs: "u" }, web: { fetch: { allowPrivateHosts: ["169.254.169.254"] } } }`,
      "critical tools.web.fetch.allowPrivateHosts",
    ],
  ])("%s, %s: %s", (gateway, rest, expected) => {
    expect(found(gateway, rest)).toContain(expected);
  });

  it("is stricter with a gateway that is root", () => {
    expect(found(GOOD, "", true)).toEqual(["critical tools.exec.runAs", "warn tools.browser.enabled"]);
    expect(found(GOOD, `tools: { exec: { security: "deny" }, browser: { enabled: false } }`, true)).toEqual([]);
  });

  it("tells the worst first, and never a secret", () => {
    const findings = auditConfig(configOf(`auth: { token: "hunter2" }, http: { openai: { enabled: true } }`), {
      isRoot: true,
    });
    expect(sorted(findings).map(({ level }) => level)).toEqual(["critical", "warn", "warn", "info"]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });
});

describe("the audit of files", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "koi-audit-"));
    for (const name of ["home", "work"]) await mkdir(join(root, name), { mode: 0o700 });
    await writeFile(join(root, "home", "skykoi.json"), "{}", { mode: 0o600 });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const look = () =>
    openFiles(join(root, "home"), configOf(GOOD, `agents: { defaults: { workspace: "${join(root, "work")}" } }`));

  it("finds nothing where only the owner may read, nor in a home that is not there", async () => {
    expect(await look()).toEqual([]);
    await rm(join(root, "home"), { recursive: true });
    expect(await look()).toEqual([]);
  });

  it("finds an open home and what can be read in it, and closes both", async () => {
    await chmod(join(root, "home"), 0o755);
    await chmod(join(root, "home", "skykoi.json"), 0o644);
    const open = await look();
    expect(open.map(({ finding: { level, subject } }) => [level, subject.slice(root.length)])).toEqual([
      ["warn", "/home"],
      ["critical", "/home/skykoi.json"],
    ]);
    await closeFiles(open);
    expect(await look()).toEqual([]);
    expect((await stat(join(root, "home", "skykoi.json"))).mode & 0o777).toBe(0o600);
  });

  it("finds a workspace in which anybody can leave instructions", async () => {
    await chmod(join(root, "work"), 0o777);
    expect((await look()).map(({ finding }) => finding.level)).toEqual(["critical"]);
    await closeFiles(await look());
    expect((await stat(join(root, "work"))).mode & 0o777).toBe(0o775);
  });
});
