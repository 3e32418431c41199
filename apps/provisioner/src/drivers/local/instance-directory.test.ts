import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "skykoi-removal-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Nothing is read-only to root, so there it is done as somebody else. */
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;

const run = (call: string): void => {
  const module = new URL("./instance-directory.ts", import.meta.url).href;
  const script = `const { removeInstance, emptyTrash } = await import(${JSON.stringify(module)}); await ${call};`;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { ...user, cwd: "/", stdio: "pipe" });
};

/** What a package cache looks like: files in directories that nobody may write to; and a link to somewhere else. */
const readOnlyTree = (directory: string, elsewhere: string): void => {
  const cache = join(directory, "koi", "cache");
  mkdirSync(join(cache, "deep"), { recursive: true });
  writeFileSync(join(cache, "deep", "file"), "x");
  symlinkSync(elsewhere, join(cache, "link"));
  const paths = [
    root,
    join(root, "instances"),
    directory,
    join(directory, "koi"),
    cache,
    join(cache, "deep"),
    elsewhere,
  ];
  if (asRoot) for (const path of paths) if (existsSync(path)) chownSync(path, NOBODY, NOBODY);
  chmodSync(elsewhere, 0o555);
  chmodSync(join(cache, "deep"), 0o555);
  chmodSync(cache, 0o000);
};

it("removes an instance whose agent made directories that may not be written to, and follows none of its links", () => {
  const elsewhere = join(root, "elsewhere");
  mkdirSync(elsewhere);
  readOnlyTree(join(root, "instances", "ins_a"), elsewhere);
  run(`removeInstance(${JSON.stringify(join(root, "instances"))}, "ins_a")`);
  expect(existsSync(join(root, "instances", "ins_a"))).toBe(false);
  expect(existsSync(join(root, "instances", ".trash", "ins_a"))).toBe(false);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o555);
});

it("finishes the removal of such an instance when it was interrupted", () => {
  const elsewhere = join(root, "elsewhere");
  mkdirSync(elsewhere);
  const trash = join(root, "instances", ".trash");
  readOnlyTree(join(trash, "ins_a"), elsewhere);
  if (asRoot) chownSync(trash, NOBODY, NOBODY);
  run(`emptyTrash(${JSON.stringify(join(root, "instances"))})`);
  expect(existsSync(join(trash, "ins_a"))).toBe(false);
});
