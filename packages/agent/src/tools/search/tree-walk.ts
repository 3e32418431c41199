/** Every file below a directory that a search is about: nothing hidden, nothing ignored, no symbolic link followed. */

import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "@skykoi/fault";

import { parseIgnoreRules, type IgnoreRules } from "./ignore-rules.ts";

export interface TreeWalkOptions {
  /** Real and absolute. */
  readonly root: string;
  /** Real and absolute; nothing below them is looked at. */
  readonly excluded: readonly string[];
  readonly signal: AbortSignal;
}

interface Place {
  /** Relative to the root; empty for the root. */
  readonly path: string;
  readonly rules: readonly { readonly base: string; readonly rules: IgnoreRules }[];
}

/** Directories read at the same time. */
const READERS = 16;

/** Paths relative to the root, in portions. What cannot be read is passed over. */
export async function* walkTree({ root, excluded, signal }: TreeWalkOptions): AsyncGenerator<readonly string[]> {
  const shut = new Set(excluded);
  const waiting: Place[] = [{ path: "", rules: [] }];
  while (waiting.length > 0) {
    if (signal.aborted) throw Object.assign(new Error("The search was stopped."), { code: "ABORT_ERR" });
    const read = await Promise.all(waiting.splice(-READERS).map((place) => readPlace(root, place, shut)));
    waiting.push(...read.flatMap(({ directories }) => directories));
    yield read.flatMap(({ files }) => files);
  }
}

const readPlace = async (root: string, place: Place, shut: ReadonlySet<string>) => {
  const directory = join(root, place.path);
  const children = await readdir(directory, { withFileTypes: true }).catch(nothingIfRefused);
  const own = children.some(({ name }) => name === ".gitignore") ? await readRules(join(directory, ".gitignore")) : [];
  const rules = [...place.rules, ...own.map((found) => ({ base: place.path, rules: found }))];
  const files: string[] = [];
  const directories: Place[] = [];
  for (const child of children) {
    const path = place.path === "" ? child.name : `${place.path}/${child.name}`;
    const isDirectory = child.isDirectory();
    if (child.name.startsWith(".") || shut.has(join(root, path)) || isIgnored(path, isDirectory, rules)) continue;
    if (isDirectory) directories.push({ path, rules });
    else if (child.isFile()) files.push(path);
  }
  return { files, directories };
};

const isIgnored = (path: string, isDirectory: boolean, rules: Place["rules"]): boolean =>
  rules
    .map(({ base, rules: own }) => own.decide(base === "" ? path : path.slice(base.length + 1), isDirectory))
    .findLast((decision) => decision !== undefined) === true;

const readRules = async (path: string): Promise<readonly IgnoreRules[]> => {
  try {
    return [parseIgnoreRules(await readFile(path, "utf8"))];
  } catch (thrown) {
    if (isSystemError(thrown)) return [];
    throw thrown;
  }
};

const nothingIfRefused = (thrown: unknown): Dirent[] => {
  if (isSystemError(thrown)) return [];
  throw thrown;
};
