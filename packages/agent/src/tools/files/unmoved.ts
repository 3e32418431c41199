/** Opens what stands at a real path, and nothing that a symbolic link has put there since the path was looked at. */

import { constants } from "node:fs";
import { open, readlink, realpath, type FileHandle } from "node:fs/promises";

/** Throws an ESTALE error when the path leads elsewhere by now, ELOOP when its last part has become a link. */
export const openUnmoved = async (path: string, flags: number, mode?: number): Promise<FileHandle> => {
  // Without NONBLOCK a named pipe would hold the call until somebody writes to it.
  const handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
  try {
    const real = await whereIs(handle, path);
    if (real === path) return handle;
    throw Object.assign(new Error(`${path} was changed while it was opened`), {
      code: "ESTALE",
      syscall: "open",
      path,
    });
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
};

/** A path to what is open, whatever happens to the names above it. */
export const pathOfHandle = (handle: FileHandle, path: string): string =>
  process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : path;

/** Linux knows where an open file is; elsewhere the path is looked at once more. */
const whereIs = (handle: FileHandle, path: string): Promise<string> =>
  process.platform === "linux" ? readlink(`/proc/self/fd/${handle.fd}`) : realpath(path);
