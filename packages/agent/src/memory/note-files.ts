/** The notes of a workspace: `MEMORY.md` and the Markdown files below `memory/`. */

import { constants, lstatSync, type BigIntStats } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "@skykoi/fault";

import type { PathGuard } from "../tools/files/path-guard.ts";
import { openUnmoved } from "../tools/files/unmoved.ts";

/** What concerns the owner alone. */
export const CURATED = "MEMORY.md";
export const NOTES = "memory";

export interface NoteFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly realPath: string;
  /** Another one when anything about the file has changed. */
  readonly stamp: string;
}

const MAX_FILES = 10_000;
const MAX_DEPTH = 8;
/** Of one file; what follows is not searched. */
const MAX_BYTES = 2 * 1024 * 1024;
/** A file written twice within one tick of its clock looks unchanged: one that was just written is read again. */
const SETTLED_AFTER_MS = 2_000;

/** Links below `memory/` are not followed; `memory` and `MEMORY.md` may be links to where tools may go. */
export const listNotes = async (paths: PathGuard, nowMs: number): Promise<NoteFile[]> => {
  const found: NoteFile[] = [];
  const add = (path: string, realPath: string): void => {
    const stats = lstatSync(realPath, { bigint: true, throwIfNoEntry: false });
    if (stats?.isFile() === true && found.length < MAX_FILES)
      found.push({ path, realPath, stamp: stampOf(stats, nowMs) });
  };
  const walk = async (path: string, realPath: string, depth: number): Promise<void> => {
    for (const child of await childrenOf(realPath)) {
      if (child.name.startsWith(".")) continue;
      const below = join(path, child.name);
      if (child.isFile() && child.name.endsWith(".md")) add(below, join(realPath, child.name));
      if (child.isDirectory() && depth < MAX_DEPTH) await walk(below, join(realPath, child.name), depth + 1);
    }
  };

  const curated = await paths.resolve(CURATED);
  if (curated.ok) add(CURATED, curated.path);
  const notes = await paths.resolve(NOTES);
  if (notes.ok) await walk(NOTES, notes.path, 1);
  return found;
};

/** Undefined when it is gone or may not be read. */
export const readNote = async ({ realPath }: NoteFile): Promise<string | undefined> => {
  try {
    const handle = await openUnmoved(realPath, constants.O_RDONLY);
    try {
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(Math.min(size, MAX_BYTES));
      const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0);
      return new TextDecoder().decode(buffer.subarray(0, bytesRead), { stream: true });
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (isSystemError(thrown)) return undefined;
    throw thrown;
  }
};

const childrenOf = (directory: string) =>
  readdir(directory, { withFileTypes: true }).catch((thrown: unknown) => {
    if (isSystemError(thrown)) return [];
    throw thrown;
  });

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats, nowMs: number): string => {
  const settled = nowMs - Number(ctimeMs) > SETTLED_AFTER_MS;
  return [dev, ino, size, mtimeNs, ctimeNs, ...(settled ? [] : ["unsettled", nowMs])].join(":");
};
