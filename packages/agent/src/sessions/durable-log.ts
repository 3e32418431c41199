/**
 * The tail of one append-only file. Everything before `length` is on the disk and ends with a newline; a failed
 * append leaves nothing behind, so the file never holds half a line after it.
 */

import { dirname } from "node:path";

import { describeThrown, fault } from "@skykoi/fault";

import type { TranscriptFile, TranscriptFiles } from "./transcript-files.ts";
import { writeAll } from "./whole-file.ts";

export interface DurableLog {
  /** Length of the good part in bytes: where the next append begins. */
  lengthBytes(): number;
  /** Whole lines. Resolves when they are on the disk. Throws STORAGE_FAILED, after which the next append may succeed. */
  append(lines: Uint8Array): Promise<void>;
  /** What a process wrote that was killed before it synced is on the disk from now on, too. Throws STORAGE_FAILED. */
  secure(): Promise<void>;
  /** Cuts off what follows the good length. Throws STORAGE_FAILED; the next append tries again. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

export interface DurableLogOptions {
  readonly path: string;
  readonly files: TranscriptFiles;
  /** Length in bytes of the good part of the file; undefined when there is no file yet. */
  readonly lengthBytes: number | undefined;
}

export const createDurableLog = ({ path, files, lengthBytes }: DurableLogOptions): DurableLog => {
  let file: TranscriptFile | undefined;
  let goodBytes = lengthBytes ?? 0;
  let directorySynced = false;
  /** The file may be longer than its good part. */
  let tailIsTorn = false;

  const opened = async (): Promise<TranscriptFile> => (file ??= await files.open(path));

  const cutTail = async (): Promise<void> => {
    tailIsTorn = true;
    await (await opened()).truncate(goodBytes);
    tailIsTorn = false;
  };

  const write = async (bytes: Uint8Array): Promise<void> => {
    if (tailIsTorn) await cutTail();
    const target = await opened();
    await writeAll(target, bytes, goodBytes);
    await sync(target);
  };

  const sync = async (target: TranscriptFile): Promise<void> => {
    await target.sync();
    // A file that was there may be one whose creator was killed before this.
    if (!directorySynced) await files.syncDirectory(dirname(path));
    directorySynced = true;
  };

  const storing = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      throw storageFault(path, thrown);
    }
  };

  return {
    lengthBytes: () => goodBytes,
    append: async (bytes) => {
      try {
        await write(bytes);
      } catch (thrown) {
        tailIsTorn = true;
        const cutFailure = await cutTail().then(
          () => "",
          (reason: unknown) => `; the torn tail is cut before the next write (${describeThrown(reason)})`,
        );
        throw storageFault(path, thrown, cutFailure);
      }
      goodBytes += bytes.byteLength;
    },
    secure: () => storing(async () => sync(await opened())),
    cut: () => storing(cutTail),
    close: async () => {
      const closing = file;
      file = undefined;
      await closing?.close();
    },
  };
};

const storageFault = (path: string, cause: unknown, more = "") =>
  fault("STORAGE_FAILED", { detail: `${path}: ${describeThrown(cause)}${more}`, cause });
