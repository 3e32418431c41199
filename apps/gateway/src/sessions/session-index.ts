/** The file `sessions.json`: which session a key stands for now, and its record. */

import { join } from "node:path";

import { readWholeFile, replaceWholeFile, type TranscriptFiles } from "@skykoi/agent";
import { toFault } from "@skykoi/fault";

import { parseSessionRecord, type SessionRecord } from "./session-record.ts";

export interface SessionIndex {
  get(key: string): SessionRecord | undefined;
  entries(): readonly (readonly [key: string, record: SessionRecord])[];
  /** Changes in memory; `save` makes it durable. */
  set(key: string, record: SessionRecord): void;
  delete(key: string): void;
  /** Resolves when everything set before this call is on disk. Calls at the same time share one write. */
  save(): Promise<void>;
  /** There was none, or it could not be read: its records are to be made again from the transcripts. */
  readonly isNew: boolean;
  /** Where an unreadable index was put aside, if there was one. */
  readonly quarantinedTo: string | undefined;
}

export interface SessionIndexOptions {
  readonly directory: string;
  readonly files: TranscriptFiles;
  /** An entry whose key is not one that clients can write stays in the file and is not shown. */
  readonly isKey?: (key: string) => boolean;
}

export const openSessionIndex = async (options: SessionIndexOptions): Promise<SessionIndex> => {
  const { directory, files, isKey = () => true } = options;
  const path = join(directory, "sessions.json");
  const loaded = await load(path, files);
  const records = new Map(Object.entries(loaded.records ?? {}));
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    waiting = undefined;
    const text = JSON.stringify({ version: INDEX_VERSION, sessions: Object.fromEntries(records) });
    await replaceWholeFile(files, path, Buffer.from(text)).catch((thrown: unknown) => {
      throw toFault(thrown);
    });
  };

  return {
    get: (key) => records.get(key),
    entries: () => [...records].filter(([key]) => isKey(key)),
    set: (key, record) => void records.set(key, record),
    delete: (key) => void records.delete(key),
    save: () => {
      waiting ??= writing.then(write);
      writing = waiting.catch(() => undefined);
      return waiting;
    },
    isNew: loaded.records === undefined,
    quarantinedTo: loaded.quarantinedTo,
  };
};

const INDEX_VERSION = 1;

interface Loaded {
  readonly records?: Record<string, SessionRecord>;
  readonly quarantinedTo?: string;
}

const load = async (path: string, files: TranscriptFiles): Promise<Loaded> => {
  const bytes = await readWholeFile(files, path);
  if (!bytes) return {};
  const records = parse(new TextDecoder().decode(bytes));
  if (records) return { records };
  const quarantinedTo = `${path}.corrupt`;
  await files.rename(path, quarantinedTo);
  return { quarantinedTo };
};

const parse = (text: string): Record<string, SessionRecord> | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: the caller puts the file aside.
    return undefined;
  }
  if (!isObject(value) || value["version"] !== INDEX_VERSION || !isObject(value["sessions"])) return undefined;
  const records: Record<string, SessionRecord> = {};
  for (const [key, stored] of Object.entries(value["sessions"])) {
    const record = parseSessionRecord(stored);
    if (!record) return undefined;
    records[key] = record;
  }
  return records;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
