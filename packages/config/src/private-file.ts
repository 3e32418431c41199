/** Writes files that only their owner may read, and that are either the old or the new text, never half of it. */

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { hasErrno } from "@skykoi/fault";

/** By path: the last write that was asked for. */
const writing = new Map<string, Promise<void>>();

/**
 * Creates the directory (0700) when it is missing; replaces the file (0600) atomically and durably. Writes of one file
 * are made in the order in which they were asked for.
 */
export const writePrivateFile = (path: string, text: string): Promise<void> => {
  const before = writing.get(path)?.catch(() => undefined) ?? Promise.resolve();
  const written = before.then(() => replace(path, text));
  const forget = (): void => {
    if (writing.get(path) === written) writing.delete(path);
  };
  writing.set(path, written);
  written.then(forget, forget);
  return written;
};

const replace = async (path: string, text: string): Promise<void> => {
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
