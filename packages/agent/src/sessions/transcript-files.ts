/** The file operations of the sessions, as a port: tests put a full disk, a short write or a crash behind it. */

import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { hasErrno } from "@skykoi/fault";

export interface TranscriptFile {
  /** Writes from the start of `bytes` at `position` and answers how many it wrote, which may be fewer. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Returns when the data written is on the disk. */
  sync(): Promise<void>;
  truncate(lengthBytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface TranscriptFiles {
  /** In bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Up to `lengthBytes` bytes from `position` on: fewer at the end of the file, none when there is no file. */
  read(path: string, position: number, lengthBytes: number): Promise<Uint8Array>;
  /** The names in a directory; none when there is no such directory. */
  list(directory: string): Promise<readonly string[]>;
  /** Opens for writing and creates file (0600) and directory (0700) when missing. */
  open(path: string): Promise<TranscriptFile>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
  /** Makes the directory entries of new and renamed files durable. */
  syncDirectory(path: string): Promise<void>;
}

export const diskTranscriptFiles: TranscriptFiles = {
  size: async (path) => (await unlessMissing(stat(path)))?.size,

  read: async (path, position, lengthBytes) => {
    const handle = await unlessMissing(open(path, constants.O_RDONLY));
    if (!handle) return new Uint8Array();
    try {
      const bytes = new Uint8Array(lengthBytes);
      let filled = 0;
      while (filled < lengthBytes) {
        const { bytesRead } = await handle.read(bytes, filled, lengthBytes - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  },

  list: async (directory) => (await unlessMissing(readdir(directory))) ?? [],

  open: async (path) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    return {
      write: async (bytes, position) => (await handle.write(bytes, 0, bytes.byteLength, position)).bytesWritten,
      sync: () => handle.datasync(),
      truncate: (lengthBytes) => handle.truncate(lengthBytes),
      close: () => handle.close(),
    };
  },

  rename,
  remove: (path) => rm(path, { force: true }),

  syncDirectory: async (path) => {
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

const unlessMissing = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
};
