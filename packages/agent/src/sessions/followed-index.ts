/**
 * The derived index, kept in step with the transcripts it was derived from. It may be damaged, deleted or refused at any
 * moment: then it is made anew and reads again what it is asked about.
 */

import type { DatabaseSync } from "node:sqlite";

import { describeThrown, fault, isFault } from "@skykoi/fault";

import { TRANSCRIPT_VERSION, type TranscriptHeader } from "./entry-schema.ts";
import { readEntries } from "./entry-reader.ts";
import { createHistoryIndex, type HistoryIndex, type IndexedLine, type IndexedTranscript } from "./history-index.ts";
import { createHistoryQueries, type HistoryQueries } from "./history-queries.ts";
import { IN_MEMORY, openIndexDatabase, removeIndexFiles } from "./index-database.ts";
import { readLines } from "./line-reader.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

/** A session of the directory. */
export interface FollowedSession {
  readonly sessionId: string;
  /** Undefined: what its header says. */
  readonly sessionKey?: string | undefined;
  readonly path: string;
}

export interface FollowedIndex {
  /**
   * Asks about a transcript that the index is in step with. Asked again from scratch when the index turns out not to
   * be usable, so `use` must not change anything. Throws STORAGE_FAILED, or DATA_DIR_CORRUPT for a newer transcript.
   */
  ask<T>(
    session: FollowedSession,
    use: (queries: HistoryQueries, transcript: IndexedTranscript) => T | Promise<T>,
  ): Promise<T>;
  /** The same about all transcripts; the caller brings those in step that matter with `ask`. */
  askAll<T>(use: (index: HistoryIndex, queries: HistoryQueries) => T): T;
  /** Lines that the only writer of a transcript has just put on the disk, from `startBytes` to `endBytes`. */
  follow(sessionId: string, lines: readonly IndexedLine[], startBytes: number, endBytes: number): void;
  /** Who writes a transcript says how long its good part is, until it stops writing. */
  setWriter(sessionId: string, lengthBytes: (() => number) | undefined): void;
  /** The index is in step with this transcript, and stays so. */
  isInStep(sessionId: string): boolean;
  forget(sessionId: string): void;
  close(): void;
}

export interface FollowedIndexOptions {
  readonly indexPath: string;
  readonly files: TranscriptFiles;
  /** Told when the index could not be kept on the disk. */
  readonly onProblem: (message: string) => void;
}

/** A question that needs this often a new index will not be answered. */
const MAX_ATTEMPTS = 3;
/** SQLite's result codes for a place that takes no file: https://www.sqlite.org/rescode.html */
const REFUSED: ReadonlySet<number> = new Set([8, 10, 13, 14, 23]);

export const createFollowedIndex = ({ indexPath, files, onProblem }: FollowedIndexOptions): FollowedIndex => {
  let path = indexPath;
  let opened: Opened | undefined;
  const writers = new Map<string, () => number>();
  const inStep = new Set<string>();
  const readingFiles: Pick<TranscriptFiles, "read"> = {
    read: (at, position, lengthBytes) => reading(at, files.read(at, position, lengthBytes)),
  };
  const following = new Map<string, Promise<void>>();

  const open = (): Opened => {
    const { database, problem } = openIndexDatabase(path);
    if (problem !== undefined) {
      path = IN_MEMORY;
      onProblem(`The index of the sessions is kept in memory only: ${problem}`);
    }
    return (opened = { database, index: createHistoryIndex(database), queries: createHistoryQueries(database) });
  };

  const lose = (lost: Opened, reason: unknown): void => {
    if (lost !== opened) return;
    opened = undefined;
    inStep.clear();
    if (lost.database.isOpen) lost.database.close();
    onProblem(`The index of the sessions is made anew: ${describeThrown(reason)}`);
    if (isRefusal(reason)) path = IN_MEMORY;
    else removeIndexFiles(path);
  };

  const lengthOf = async (session: FollowedSession): Promise<number> =>
    writers.get(session.sessionId)?.() ?? (await reading(session.path, files.size(session.path))) ?? 0;

  const catchUp = async (session: FollowedSession): Promise<void> => {
    const { sessionId, sessionKey } = session;
    const parts = opened ?? open();
    const known = parts.index.transcript(sessionId);
    const isKnown =
      known !== undefined &&
      (sessionKey === undefined || known.sessionKey === sessionKey) &&
      known.bytes <= (await lengthOf(session)) &&
      (await isAsKnown(readingFiles, session.path, parts.queries, known));
    if (!isKnown) {
      const header = sessionKey === undefined ? await readHeader(readingFiles, session.path) : undefined;
      parts.index.begin(sessionId, sessionKey ?? header?.sessionKey ?? "");
    }
    let bytes = isKnown ? known.bytes : 0;
    // Its writer may go on meanwhile.
    for (let reached = -1; reached !== bytes;) {
      reached = bytes;
      for await (const { lines, endBytes } of readLines(readingFiles, session.path, bytes, await lengthOf(session))) {
        refuseNewer(lines);
        parts.index.add(sessionId, lines, endBytes);
        bytes = endBytes;
      }
    }
    if (parts === opened) inStep.add(sessionId);
  };

  const bringInStep = async (session: FollowedSession): Promise<void> => {
    const { sessionId, sessionKey } = session;
    const isOther = sessionKey !== undefined && opened?.index.transcript(sessionId)?.sessionKey !== sessionKey;
    if (inStep.has(sessionId) && !isOther) return;
    const under = following.get(sessionId) ?? catchUp(session).finally(() => following.delete(sessionId));
    following.set(sessionId, under);
    await under;
  };

  return {
    ask: async (session, use) => {
      for (let attempt = 1; ; attempt++) {
        const parts = opened ?? open();
        try {
          await bringInStep(session);
          const transcript = parts.index.transcript(session.sessionId);
          if (parts !== opened || !transcript) throw new Error("the index was made anew meanwhile");
          return await use(parts.queries, transcript);
        } catch (thrown) {
          if (isFault(thrown)) throw thrown;
          if (attempt === MAX_ATTEMPTS) throw indexFault(thrown);
          lose(parts, thrown);
        }
      }
    },
    askAll: (use) => {
      const parts = opened ?? open();
      try {
        return use(parts.index, parts.queries);
      } catch (thrown) {
        lose(parts, thrown);
        throw indexFault(thrown);
      }
    },
    follow: (sessionId, lines, startBytes, endBytes) => {
      if (!opened || !inStep.has(sessionId)) return;
      try {
        if (opened.index.transcript(sessionId)?.bytes === startBytes) opened.index.add(sessionId, lines, endBytes);
        else inStep.delete(sessionId);
      } catch (thrown) {
        // What is on the disk is accepted; whoever asks next makes a new index.
        lose(opened, thrown);
      }
    },
    setWriter: (sessionId, lengthBytes) => {
      if (lengthBytes) writers.set(sessionId, lengthBytes);
      else writers.delete(sessionId);
    },
    isInStep: (sessionId) => inStep.has(sessionId),
    forget: (sessionId) => {
      inStep.delete(sessionId);
      const parts = opened ?? open();
      try {
        parts.index.forget(sessionId);
      } catch (thrown) {
        lose(parts, thrown);
      }
    },
    close: () => {
      if (opened?.database.isOpen) opened.database.close();
      opened = undefined;
      inStep.clear();
    },
  };
};

interface Opened {
  readonly database: DatabaseSync;
  readonly index: HistoryIndex;
  readonly queries: HistoryQueries;
}

/** The last line that was taken in is still where it was. */
const isAsKnown = async (
  files: Pick<TranscriptFiles, "read">,
  path: string,
  queries: HistoryQueries,
  known: IndexedTranscript,
): Promise<boolean> => {
  const last = queries.lastEntry(known);
  if (!last) return true;
  const entries = await readEntries(files, path, [last]);
  return entries?.[0]?.id === known.lastId;
};

/** A header is far smaller than this. */
const HEADER_BYTES = 4096;

/** Undefined when the file does not begin with one. */
export const readHeader = async (
  files: Pick<TranscriptFiles, "read">,
  path: string,
): Promise<TranscriptHeader | undefined> => {
  const start = await files.read(path, 0, HEADER_BYTES);
  for await (const { lines } of readLines({ read: async () => start }, path, 0, start.byteLength)) {
    const first = lines[0]?.line;
    return first?.kind === "header" ? first.header : undefined;
  }
  return undefined;
};

const refuseNewer = (lines: readonly IndexedLine[]): void => {
  for (const { line } of lines) {
    if (line.kind !== "header" || line.header.version <= TRANSCRIPT_VERSION) continue;
    throw fault("DATA_DIR_CORRUPT", {
      message: `This conversation was written by a newer version of SkyKoi (transcript version ${line.header.version}).`,
    });
  }
};

/** A disk that cannot be read is no fault of the index. */
const reading = async <T>(path: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    const message = "The disk refused to read this conversation. Nothing was accepted.";
    throw fault("STORAGE_FAILED", { message, detail: `${path}: ${describeThrown(cause)}`, cause });
  }
};

const indexFault = (cause: unknown) =>
  fault("STORAGE_FAILED", { detail: `index of the sessions: ${describeThrown(cause)}`, cause });

const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  "errcode" in thrown &&
  typeof thrown.errcode === "number" &&
  REFUSED.has(thrown.errcode & 0xff);
