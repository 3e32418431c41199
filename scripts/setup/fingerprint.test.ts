import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { filesBelow, fingerprint, isFresh } from "./fingerprint.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "skykoi-fingerprint-"));
  mkdirSync(join(root, "a", "node_modules"), { recursive: true });
  writeFileSync(join(root, "a", "one.ts"), "1");
  writeFileSync(join(root, "a", "one.test.ts"), "test");
  writeFileSync(join(root, "a", "node_modules", "x.js"), "x");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the fingerprint of sources", () => {
  it("covers sources and leaves out tests, dependencies, what a build writes and missing places", () => {
    writeFileSync(join(root, "a", "next-env.d.ts"), "generated");
    expect(filesBelow(["a", "missing"], root)).toEqual([join("a", "one.ts")]);
  });

  it("stays the same for the same contents and changes with a content, a name or a new file", () => {
    const first = fingerprint(["a"], root);
    writeFileSync(join(root, "a", "one.test.ts"), "another test");
    expect(fingerprint(["a"], root)).toBe(first);

    writeFileSync(join(root, "a", "one.ts"), "2");
    const changed = fingerprint(["a"], root);
    writeFileSync(join(root, "a", "two.ts"), "");
    expect(new Set([first, changed, fingerprint(["a"], root)]).size).toBe(3);
  });

  it("is fresh only against a stamp with exactly this value", () => {
    const stamp = join(root, "stamp");
    expect(isFresh(stamp, "abc")).toBe(false);
    writeFileSync(stamp, "abc");
    expect(isFresh(stamp, "abc")).toBe(true);
    expect(isFresh(stamp, "abd")).toBe(false);
  });
});
