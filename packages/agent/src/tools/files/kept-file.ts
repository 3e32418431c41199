/** Puts a new file into the agent's workspace, under a name that is free and stays inside. */

import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { PathGuard } from "./path-guard.ts";

export interface KeptFile {
  /** As the agent calls it, relative to the workspace. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface Keeping {
  readonly paths: PathGuard;
  /** Relative to the workspace. */
  readonly directory: string;
  /** Any text; what does not belong into a name is replaced. */
  readonly name: string;
}

const MAX_NAME_CHARS = 120;

/** `write` gets the real path. Throws an Error with a sentence when tools may not go there, and what `write` throws. */
export const keepFile = async (
  { paths, directory, name }: Keeping,
  write: (realPath: string) => Promise<unknown>,
): Promise<KeptFile> => {
  const [, stem = "file", extension = ""] = /^(.*?)(\.\w{1,16})?$/.exec(safeName(name)) ?? [];
  for (let number = 1; ; number += 1) {
    const path = join(directory, `${stem}${number === 1 ? "" : `-${number}`}${extension}`);
    const resolved = await paths.resolve(path);
    if (!resolved.ok) throw new Error(resolved.reason);
    await mkdir(dirname(resolved.path), { recursive: true });
    if (await exists(resolved.path)) continue;
    await write(resolved.path);
    return { path, sizeBytes: (await stat(resolved.path)).size };
  }
};

export const keepBytes = (keeping: Keeping, bytes: Uint8Array): Promise<KeptFile> =>
  keepFile(keeping, (realPath) => writeFile(realPath, bytes));

/** Without directories, hidden beginnings and characters that mean something to a shell. */
const safeName = (name: string): string => {
  const plain = name
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, "_")
    .replace(/^[.\s_-]+/, "")
    .slice(-MAX_NAME_CHARS);
  return plain === "" ? "file" : plain;
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
