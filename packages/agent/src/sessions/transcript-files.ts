/** The file operations of a transcript, as a port: tests put a full disk or a short write behind it. */

import { constants } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
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
  /** The whole file; undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Opens for writing and creates file (0600) and directory (0700) when missing. */
  open(path: string): Promise<TranscriptFile>;
  /** Makes the directory entry of a new file durable. */
  syncDirectory(path: string): Promise<void>;
  /** Writes a whole file, 0600. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
}

export const diskTranscriptFiles: TranscriptFiles = {
  read: async (path) => {
    try {
      return await readFile(path);
    } catch (thrown) {
      if (hasErrno(thrown, "ENOENT")) return undefined;
      throw thrown;
    }
  },

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

  syncDirectory: async (path) => {
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },

  replace: (path, bytes) => writeFile(path, bytes, { mode: 0o600 }),
};
