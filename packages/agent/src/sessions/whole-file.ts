/** Reads and writes a small file as a whole; a reader sees the old contents or the new, also after a power cut. */

import { dirname } from "node:path";

import type { TranscriptFile, TranscriptFiles } from "./transcript-files.ts";

/** Undefined when there is no such file. */
export const readWholeFile = async (files: TranscriptFiles, path: string): Promise<Uint8Array | undefined> => {
  const lengthBytes = await files.size(path);
  return lengthBytes === undefined ? undefined : files.read(path, 0, lengthBytes);
};

export const replaceWholeFile = async (files: TranscriptFiles, path: string, bytes: Uint8Array): Promise<void> => {
  const temporary = `${path}.tmp`;
  try {
    const file = await files.open(temporary);
    try {
      await file.truncate(0);
      await writeAll(file, bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (thrown) {
    // The reason for the failure is what the caller needs; the next attempt writes over what is left.
    await files.remove(temporary).catch(() => undefined);
    throw thrown;
  }
  await files.syncDirectory(dirname(path));
};

/** A short write is completed; a write of nothing is a failure. */
export const writeAll = async (file: TranscriptFile, bytes: Uint8Array, position: number): Promise<void> => {
  let written = 0;
  while (written < bytes.byteLength) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count <= 0) throw new Error(`wrote ${written} of ${bytes.byteLength} bytes`);
    written += count;
  }
};
