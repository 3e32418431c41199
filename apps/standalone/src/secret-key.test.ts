import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadSecretKey } from "./secret-key.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "skykoi-key-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("the secret key", () => {
  it("is made once, kept readable by its owner only, and the same at the next start", () => {
    const key = loadSecretKey(dataDir, undefined);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(dataDir, "secret.key")).mode & 0o777).toBe(0o600);
    expect(loadSecretKey(dataDir, undefined)).toBe(key);
  });

  it("comes from the environment when given, and then no file is written", () => {
    const key = "cd".repeat(32);
    expect(loadSecretKey(dataDir, key)).toBe(key);
    expect(() => readFileSync(join(dataDir, "secret.key"))).toThrow("ENOENT");
  });

  it("is never replaced when the kept one is damaged", () => {
    writeFileSync(join(dataDir, "secret.key"), "truncated");
    expect(() => loadSecretKey(dataDir, undefined)).toThrow(/damaged/);
    expect(readFileSync(join(dataDir, "secret.key"), "utf8")).toBe("truncated");
  });
});
