import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { isBuilt, writeStamp } from "./stamp.mjs";

let root: string;
let stamp: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "skykoi-stamp-"));
  stamp = join(root, "out", ".stamp");
  mkdirSync(join(root, "out", "chunks"), { recursive: true });
  writeFileSync(join(root, "out", "main.js"), "");
  writeFileSync(join(root, "out", "chunks", "a.js"), "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (products: string[]) => writeStamp(stamp, { fingerprint: "abc", products }, root);

describe("the stamp of a build", () => {
  it("says that it is there as long as the sources are the same and every file of it exists", () => {
    expect(isBuilt(stamp, "abc", root)).toBe(false);
    write([join("out", "main.js"), join("out", "chunks")]);
    expect(isBuilt(stamp, "abc", root)).toBe(true);
    expect(isBuilt(stamp, "other", root)).toBe(false);
    writeFileSync(join(root, "out", "chunks", "b.js"), "");
    expect(isBuilt(stamp, "abc", root)).toBe(true);
    rmSync(join(root, "out", "chunks", "a.js"));
    expect(isBuilt(stamp, "abc", root)).toBe(false);
  });

  it("does not count for a build that left nothing", () => {
    write([join("out", "missing")]);
    expect(isBuilt(stamp, "abc", root)).toBe(false);
  });
});
