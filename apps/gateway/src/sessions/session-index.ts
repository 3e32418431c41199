/** The file `sessions.json`: which session a key stands for, and the figures a list shows without opening transcripts. */

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { hasErrno, toFault } from "@skykoi/fault";

export interface SessionRecord {
  readonly sessionId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly label: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly contextTokens: number;
  readonly costUsd: number;
  /** Set durably before the first input is accepted, cleared when nothing is unfinished: what to look at after a crash. */
  readonly open: boolean;
}

export interface SessionIndex {
  get(key: string): SessionRecord | undefined;
  entries(): readonly (readonly [key: string, record: SessionRecord])[];
  /** Changes in memory; `save` makes it durable. */
  set(key: string, record: SessionRecord): void;
  /** Resolves when everything set before this call is on disk. Calls at the same time share one write. */
  save(): Promise<void>;
  /** Where an unreadable index was put aside, if there was one. */
  readonly quarantinedTo: string | undefined;
}

/** An entry whose key is not one that clients can write stays in the file and is not shown. */
export const openSessionIndex = async (
  directory: string,
  isKey: (key: string) => boolean = () => true,
): Promise<SessionIndex> => {
  const path = join(directory, "sessions.json");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const loaded = await load(path);
  const records = new Map(Object.entries(loaded.records));
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    waiting = undefined;
    const text = JSON.stringify({ version: INDEX_VERSION, sessions: Object.fromEntries(records) });
    await writeAtomically(path, text).catch((thrown: unknown) => {
      throw toFault(thrown);
    });
  };

  return {
    get: (key) => records.get(key),
    entries: () => [...records].filter(([key]) => isKey(key)),
    set: (key, record) => void records.set(key, record),
    save: () => {
      waiting ??= writing.then(write);
      writing = waiting.catch(() => undefined);
      return waiting;
    },
    quarantinedTo: loaded.quarantinedTo,
  };
};

const INDEX_VERSION = 1;

/** A reader sees the old file or the new one, also after a power cut. */
const writeAtomically = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

interface Loaded {
  readonly records: Record<string, SessionRecord>;
  readonly quarantinedTo?: string;
}

const load = async (path: string): Promise<Loaded> => {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return { records: {} };
    throw thrown;
  }
  const records = parse(text);
  if (records) return { records };
  const quarantinedTo = `${path}.corrupt`;
  await rename(path, quarantinedTo);
  return { records: {}, quarantinedTo };
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
  for (const [key, record] of Object.entries(value["sessions"])) {
    if (!isRecord(record)) return undefined;
    records[key] = record;
  }
  return records;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NUMBERS = [
  "createdAt",
  "updatedAt",
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "contextTokens",
  "costUsd",
] as const;

const isRecord = (value: unknown): value is SessionRecord =>
  isObject(value) &&
  typeof value["sessionId"] === "string" &&
  /^[\w-]+$/.test(value["sessionId"]) &&
  typeof value["label"] === "string" &&
  typeof value["model"] === "string" &&
  typeof value["open"] === "boolean" &&
  NUMBERS.every((name) => typeof value[name] === "number");
