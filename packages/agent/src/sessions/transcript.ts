/** One session's history in one JSONL file: a header line, then entries; the only writer of that file. */

import { describeThrown, fault } from "@skykoi/fault";

import type { NewEntry, Transcript, TranscriptEntry } from "../port.ts";
import { createCommitQueue } from "./commit-queue.ts";
import { createDurableLog, type DurableLog } from "./durable-log.ts";
import { nextEntryId } from "./entry-id.ts";
import { TRANSCRIPT_VERSION } from "./entry-schema.ts";
import { diskTranscriptFiles, type TranscriptFiles } from "./transcript-files.ts";
import { readTranscript, type TranscriptProblem } from "./transcript-reader.ts";

export interface OpenTranscriptOptions {
  readonly path: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The id that follows `previous` (null: the first); sortable and unique. */
  readonly ids?: (previous: string | null, nowMs: number) => string;
  readonly files?: TranscriptFiles;
}

export interface OpenTranscript extends Transcript {
  /** What was wrong with the file when it was opened. */
  readonly problems: readonly TranscriptProblem[];
}

interface PendingEntry {
  readonly entry: NewEntry;
  readonly timestamp: number;
  stored?: TranscriptEntry;
}

/**
 * Reads the file when there is one; it is created by the first append. A torn last line is cut off. Corrupt lines stay
 * where they are, are copied to `<path>.corrupt` and are skipped. Entries follow each other in the order of the file.
 */
export const openTranscript = async (options: OpenTranscriptOptions): Promise<OpenTranscript> => {
  const { path, sessionId, now, ids = nextEntryId, files = diskTranscriptFiles } = options;
  const bytes = await files.read(path).catch((cause: unknown) => {
    const message = "The disk refused to read this conversation. Nothing was accepted.";
    throw fault("STORAGE_FAILED", { message, detail: `${path}: ${describeThrown(cause)}`, cause });
  });
  const contents = readTranscript(bytes ?? new Uint8Array(), sessionId);
  const log = createDurableLog({ path, files, lengthBytes: bytes && contents.goodBytes });
  const problems = [...contents.problems, ...(await repair(path, contents, log, files))];

  let { hasHeader } = contents;
  let entries: readonly TranscriptEntry[] = contents.entries;
  let closed = false;

  const commit = async (batch: readonly PendingEntry[]): Promise<void> => {
    let previous = entries.at(-1)?.id ?? null;
    const stored = batch.map((pending) => {
      const identity = { id: ids(previous, pending.timestamp), parentId: previous, timestamp: pending.timestamp };
      previous = identity.id;
      return (pending.stored = { ...identity, ...pending.entry });
    });
    const header = { type: "session", version: TRANSCRIPT_VERSION, id: sessionId, timestamp: now() };
    await log.append([...(hasHeader ? [] : [header]), ...stored].map((line) => `${JSON.stringify(line)}\n`).join(""));
    hasHeader = true;
    entries = [...entries, ...stored];
  };
  const queue = createCommitQueue(commit);

  return {
    sessionId,
    problems,
    entries: () => entries,
    append: async <E extends NewEntry>(entry: E) => {
      if (closed) throw fault("INTERNAL", { detail: `${path}: append after close` });
      const pending: PendingEntry = { entry, timestamp: now() };
      await queue.push(pending);
      if (!isOfType<E["type"]>(pending.stored, entry.type))
        throw fault("INTERNAL", { detail: `${path}: entry lost its type` });
      return pending.stored;
    },
    close: async () => {
      closed = true;
      await queue.idle();
      await log.close();
    },
  };
};

/** Never fatal: what cannot be repaired now is reported; a tail that could not be cut is cut before the next append. */
const repair = async (
  path: string,
  contents: ReturnType<typeof readTranscript>,
  log: DurableLog,
  files: TranscriptFiles,
): Promise<TranscriptProblem[]> => {
  const failures: unknown[] = [];
  const note = (thrown: unknown): void => void failures.push(thrown);
  if (contents.problems.some(({ kind }) => kind === "torn-line")) await log.cut().catch(note);
  if (contents.corruptLines.length > 0) {
    const lines = contents.corruptLines.flatMap((line) => [line, Buffer.from("\n")]);
    await files.replace(`${path}.corrupt`, Buffer.concat(lines)).catch(note);
  }
  return failures.map((thrown) => ({ kind: "repair-failed", message: describeThrown(thrown) }));
};

const isOfType = <T extends TranscriptEntry["type"]>(
  entry: TranscriptEntry | undefined,
  type: T,
): entry is Extract<TranscriptEntry, { type: T }> => entry?.type === type;
