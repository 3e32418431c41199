import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { lastWords, openGatewayLog } from "./gateway-log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skykoi-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const append = (text: string, maxBytes?: number): void => {
  const file = openGatewayLog(directory, maxBytes);
  writeSync(file, text);
  closeSync(file);
};

it("appends over restarts, readable for its owner only", () => {
  append("one\n");
  append("two\n");
  const path = join(directory, "gateway.log");
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("keeps at most two files of its size", () => {
  append("first ".repeat(4), 10);
  append("second ".repeat(4), 10);
  append("third", 10);
  expect(readFileSync(join(directory, "gateway.log"), "utf8")).toBe("third");
  expect(readFileSync(join(directory, "gateway.log.1"), "utf8")).toContain("second");
});

it("has no last words without a log or without a line for people", () => {
  expect(lastWords(directory)).toBeUndefined();
  writeFileSync(join(directory, "gateway.log"), '{"level":"info"}\n\n');
  expect(lastWords(directory)).toBeUndefined();
});

it("finds the last words at the end of a long log, and shortens long ones", () => {
  append(`${'{"level":"info"}\n'.repeat(10_000)}✗ ${"x".repeat(1_000)}\n{"level":"error"}\n`);
  expect(lastWords(directory)).toBe(`✗ ${"x".repeat(298)}`);
});
