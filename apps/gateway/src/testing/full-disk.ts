/** The files of sessions on a disk that a test can fill and empty. */

import { diskTranscriptFiles, type TranscriptFiles } from "@skykoi/agent";

export const createFillableDisk = () => {
  let full = false;
  const files: TranscriptFiles = {
    ...diskTranscriptFiles,
    open: async (path) => {
      const file = await diskTranscriptFiles.open(path);
      return {
        ...file,
        write: async (bytes, position) => {
          if (full) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
          return file.write(bytes, position);
        },
      };
    },
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
