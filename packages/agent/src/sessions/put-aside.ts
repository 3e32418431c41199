/** Deleted transcripts: put aside under a name that says when, and removed for good when their time is over. */

import { dirname, join } from "node:path";

import type { TranscriptFiles } from "./transcript-files.ts";

const DELETED = /\.deleted-(\d+)$/;

/** The file is `<path>.deleted-<time>` afterwards. Nothing happens when there is none. */
export const putAside = async (files: TranscriptFiles, path: string, atMs: number): Promise<void> => {
  if ((await files.size(path)) !== undefined) {
    await files.rename(path, `${path}.deleted-${atMs}`);
    await files.syncDirectory(dirname(path));
  }
  await files.remove(`${path}.corrupt`);
};

/** Answers how many files were removed. */
export const purgeDeleted = async (files: TranscriptFiles, directory: string, beforeMs: number): Promise<number> => {
  const isOver = (name: string): boolean => Number(DELETED.exec(name)?.[1] ?? Infinity) < beforeMs;
  const names = (await files.list(directory)).filter(isOver);
  for (const name of names) await files.remove(join(directory, name));
  return names.length;
};
