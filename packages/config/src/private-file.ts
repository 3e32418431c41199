/** Writes files that only their owner may read, and that are either the old or the new text, never half of it. */

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { hasErrno } from "@skykoi/fault";

/** Creates the directory (0700) when it is missing; replaces the file (0600) atomically and durably. */
export const writePrivateFile = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  try {
    await writeNew(temporary, text);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (thrown) {
    // A full disk: half a file would only take its room.
    await rm(temporary, { force: true });
    throw thrown;
  }
};

const writeNew = async (path: string, text: string): Promise<void> => {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Only then is the new name of the file on the disk, too. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

/** The text of a file, or undefined when there is none. */
export const readTextIfPresent = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
};
