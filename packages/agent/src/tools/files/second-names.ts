/** Recognizes hard links to protected files: the same file under a name that looks innocent. */

import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { hasErrno } from "@skykoi/fault";

/** How long the list of protected files is believed. */
const LISTED_MS = 1_000;
const MAX_FILES = 50_000;

/** Answers whether a real path is another name of a file below the protected paths. */
export const createSecondNameCheck = (
  protectedPaths: () => Promise<readonly string[]>,
): ((path: string) => Promise<boolean>) => {
  let listed: { readonly atMs: number; readonly files: Promise<ReadonlySet<string>> } | undefined;

  const protectedFiles = (): Promise<ReadonlySet<string>> => {
    const atMs = performance.now();
    if (!listed || atMs - listed.atMs > LISTED_MS) listed = { atMs, files: protectedPaths().then(filesBelow) };
    return listed.files;
  };

  return async (path) => {
    const stats = await look(path);
    if (!stats?.isFile() || stats.nlink < 2) return false;
    return (await protectedFiles()).has(identity(stats));
  };
};

/** Those with more than one name. */
const filesBelow = async (paths: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined && found.size < MAX_FILES; path = waiting.pop()) {
    const stats = await look(path);
    if (stats?.isFile() && stats.nlink > 1) found.add(identity(stats));
    if (stats?.isDirectory()) waiting.push(...(await childrenOf(path)));
  }
  return found;
};

const childrenOf = async (directory: string): Promise<string[]> => {
  const names = await readdir(directory).catch((thrown: unknown) => {
    if (isOutOfReach(thrown)) return [];
    throw thrown;
  });
  return names.map((name) => join(directory, name));
};

const look = (path: string): Promise<Stats | undefined> =>
  lstat(path).catch((thrown: unknown) => {
    if (isOutOfReach(thrown)) return undefined;
    throw thrown;
  });

const isOutOfReach = (thrown: unknown): boolean => hasErrno(thrown, "ENOENT", "ENOTDIR", "EACCES", "ENAMETOOLONG");

const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`;
