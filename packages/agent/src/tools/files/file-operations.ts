/** What the file tools do to a file system, as a port. All paths are real and absolute. */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { openUnmoved, pathOfHandle } from "./unmoved.ts";

export type FileKind = "file" | "directory" | "link" | "other";

export interface FileOperations {
  /** Follows links. Throws errno faults, as all of these do. */
  stat(path: string): Promise<{ readonly kind: FileKind; readonly sizeBytes: number; readonly mode: number }>;
  list(directory: string): Promise<readonly { readonly name: string; readonly kind: FileKind }[]>;
  read(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Creates parents; a reader sees the old content or the new one, never half of it. */
  replace(path: string, content: string, mode: number): Promise<void>;
}

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

export const diskFiles: FileOperations = {
  stat: async (path) => {
    const stats = await stat(path);
    return { kind: kindOf(stats), sizeBytes: stats.size, mode: stats.mode & 0o777 };
  },
  list: async (directory) => {
    const handle = await openUnmoved(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      const children = await readdir(pathOfHandle(handle, directory), { withFileTypes: true });
      return children.map((child) => ({ name: child.name, kind: kindOf(child) }));
    } finally {
      await handle.close();
    }
  },
  read: async function* read(path, signal) {
    const handle = await openUnmoved(path, constants.O_RDONLY);
    yield* handle.createReadStream({ signal });
  },
  replace: async (path, content, mode) => {
    const directory = dirname(path);
    await mkdir(directory, { recursive: true });
    const handle = await openUnmoved(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const inside = pathOfHandle(handle, directory);
    const draft = join(inside, `.${randomUUID()}.tmp`);
    try {
      await writeSynced(await open(draft, "wx", mode), content, mode);
      await rename(draft, join(inside, basename(path)));
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    } finally {
      await handle.close();
    }
  },
};

const writeSynced = async (handle: FileHandle, content: string, mode: number): Promise<void> => {
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const kindOf = (stats: Kinds): FileKind => {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "link" : "other";
};
