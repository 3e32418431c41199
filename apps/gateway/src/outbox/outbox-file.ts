/** The outbox on disk: one line for a message that was taken, one for how it ended. */

import { constants } from "node:fs";
import { mkdir, open, readFile, rename, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { describeThrown, fault, hasErrno } from "@skykoi/fault";

import type { OutboundMessage } from "./channel.ts";

export interface PostedRecord {
  readonly type: "posted";
  readonly key: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly message: OutboundMessage;
}

export interface EndedRecord {
  readonly type: "ended";
  readonly key: string;
  readonly at: number;
  readonly outcome: "delivered" | "expired" | "failed";
  readonly messageId?: string;
  readonly error?: string;
}

type OutboxRecord = PostedRecord | EndedRecord;

export interface OutboxFile {
  /** What was in the file, oldest first: everything that waits, and the newest ends. */
  readonly records: readonly OutboxRecord[];
  /** Resolves when the record is on the disk. Throws STORAGE_FAILED; the next append may succeed. */
  append(record: OutboxRecord): Promise<void>;
  close(): Promise<void>;
}

/** Ends that are remembered, so that a message posted again is not sent again. */
const MAX_ENDS = 1000;

/** Writes the file anew without what is no longer needed. A line that cannot be read is left out. */
export const openOutboxFile = async (path: string): Promise<OutboxFile> => {
  const records = needed(await read(path));
  let goodBytes = 0;
  let file: FileHandle | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const opened = async (): Promise<FileHandle> => {
    if (file) return file;
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.tmp`, text, { mode: 0o600, flush: true });
    await rename(`${path}.tmp`, path);
    goodBytes = Buffer.byteLength(text);
    return (file = await open(path, constants.O_RDWR, 0o600));
  };

  const write = async (record: OutboxRecord): Promise<void> => {
    try {
      const handle = await opened();
      // What a refused write left behind is overwritten.
      await handle.truncate(goodBytes);
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      await handle.write(bytes, 0, bytes.byteLength, goodBytes);
      await handle.datasync();
      goodBytes += bytes.byteLength;
    } catch (cause) {
      throw fault("STORAGE_FAILED", { detail: `${path}: ${describeThrown(cause)}`, cause });
    }
  };

  return {
    records,
    append: (record) => {
      const written = last.then(() => write(record));
      last = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await last;
      await file?.close();
      file = undefined;
    },
  };
};

const read = async (path: string): Promise<OutboxRecord[]> => {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return [];
    throw fault("STORAGE_FAILED", { detail: `${path}: ${describeThrown(thrown)}`, cause: thrown });
  }
  return text.split("\n").flatMap((line) => {
    const value = parse(line);
    return isRecord(value) ? [value] : [];
  });
};

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    // A line that was not finished.
    return undefined;
  }
};

/** Written by this file alone, so what is looked at is what tells a whole line from none. */
const isRecord = (value: unknown): value is OutboxRecord => {
  if (!isObject(value) || typeof value["key"] !== "string") return false;
  if (value["type"] === "ended") return typeof value["outcome"] === "string";
  const message = value["message"];
  return value["type"] === "posted" && isObject(message) && typeof message["channel"] === "string";
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const needed = (records: readonly OutboxRecord[]): OutboxRecord[] => {
  const ended = new Set(records.flatMap((record) => (record.type === "ended" ? [record.key] : [])));
  const ends = records.filter(({ type }) => type === "ended").slice(-MAX_ENDS);
  return [...ends, ...records.filter(({ type, key }) => type === "posted" && !ended.has(key))];
};
