/** What the file tools do to a file system, as a port. All paths are real and absolute. */

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";

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
    const children = await readdir(directory, { withFileTypes: true });
    return children.map((child) => ({ name: child.name, kind: kindOf(child) }));
  },
  read: (path, signal) => createReadStream(path, { signal }),
  replace: async (path, content, mode) => {
    const directory = dirname(path);
    await mkdir(directory, { recursive: true });
    const draft = join(directory, `.${randomUUID()}.tmp`);
    try {
      await writeSynced(await open(draft, "wx", mode), content, mode);
      await rename(draft, path);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
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
