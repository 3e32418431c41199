/** The files of transcripts on a disk that a test can fill and empty. */

import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { TranscriptFiles } from "@skykoi/agent";

export const createFillableDisk = () => {
  let full = false;
  const refuseWhenFull = (): void => {
    if (full) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };

  const files: TranscriptFiles = {
    read: (path) => readFile(path).catch(() => undefined),
    open: async (path) => {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, "a+");
      return {
        write: async (bytes) => {
          refuseWhenFull();
          return (await handle.write(bytes)).bytesWritten;
        },
        sync: () => handle.datasync(),
        truncate: (lengthBytes) => handle.truncate(lengthBytes),
        close: () => handle.close(),
      };
    },
    syncDirectory: async () => undefined,
    replace: (path, bytes) => writeFile(path, bytes),
  };
  return {
    files,
    fill: (): void => {
      full = true;
    },
    empty: (): void => {
      full = false;
    },
  };
};
