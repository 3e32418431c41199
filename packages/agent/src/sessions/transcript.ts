/** One session's history in one JSONL file: a header line, then entries; the only writer of that file. */

import { fault } from "@skykoi/fault";

import type { AppendOptions, NewEntry, Transcript, TranscriptEntry } from "../port.ts";
import { createCommitQueue } from "./commit-queue.ts";
import type { DurableLog } from "./durable-log.ts";
import { nextEntryId } from "./entry-id.ts";
import { readEntries } from "./entry-reader.ts";
import type { TranscriptHeader } from "./entry-schema.ts";
import type { FollowedIndex, FollowedSession } from "./followed-index.ts";
import type { IndexedLine, IndexedTranscript } from "./history-index.ts";
import type { HistoryQueries } from "./history-queries.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

export interface TranscriptProblem {
  readonly kind: "torn-line" | "corrupt-line" | "repair-failed";
  /** One sentence for the log and for the health report. */
  readonly message: string;
}

export interface OpenTranscript extends Transcript {
  /** What was wrong with the file when it was opened. */
  readonly problems: readonly TranscriptProblem[];
}

export interface TranscriptParts {
  readonly session: FollowedSession;
  readonly index: FollowedIndex;
  readonly files: TranscriptFiles;
  readonly log: DurableLog;
  readonly problems: readonly TranscriptProblem[];
  readonly lastId: string | null;
  /** Written before the first entry; undefined when the file has one. */
  readonly header: TranscriptHeader | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told when the file is closed. */
  readonly onClosed: () => void;
}

interface PendingEntry {
  readonly entry: NewEntry;
  readonly parentId: string | null | undefined;
  readonly timestamp: number;
  stored?: TranscriptEntry;
}

/** Beyond any model's window; what is older is there for readers. */
const MAX_CONTEXT_BYTES = 8 * 1024 * 1024;

export const createTranscript = (parts: TranscriptParts): OpenTranscript => {
  const { session, index, files, log, now } = parts;
  const { sessionId, path } = session;
  let { header, lastId } = parts;
  const context = createContextCache(() => index.ask(session, (queries, known) => loadContext(queries, known)));
  let closed = false;

  const loadContext = async (queries: HistoryQueries, known: IndexedTranscript): Promise<TranscriptEntry[]> =>
    found(await readEntries(files, path, queries.context(known, MAX_CONTEXT_BYTES)));

  const commit = async (batch: readonly PendingEntry[]): Promise<void> => {
    let previous = lastId;
    const stored = batch.map((pending) => {
      const { parentId = previous, timestamp, entry } = pending;
      previous = nextEntryId(previous, timestamp);
      return (pending.stored = { id: previous, parentId, timestamp, ...entry });
    });
    const startBytes = log.lengthBytes();
    const { bytes, lines } = encode(startBytes, [
      ...(header ? [{ kind: "header" as const, header }] : []),
      ...stored.map((entry) => ({ kind: "entry" as const, entry })),
    ]);
    await log.append(bytes);
    const leaf = lastId;
    header = undefined;
    lastId = previous;
    index.follow(sessionId, lines, startBytes, log.lengthBytes());
    context.grow(stored, leaf, bytes.byteLength);
  };
  const queue = createCommitQueue(commit);

  return {
    sessionId,
    problems: parts.problems,
    append: async <E extends NewEntry>(entry: E, { parentId }: AppendOptions = {}) => {
      if (closed) throw fault("INTERNAL", { detail: `${path}: append after close` });
      const pending: PendingEntry = { entry, parentId, timestamp: now() };
      await queue.push(pending);
      if (!isOfType<E["type"]>(pending.stored, entry.type))
        throw fault("INTERNAL", { detail: `${path}: entry lost its type` });
      return pending.stored;
    },
    context: context.get,
    openRuns: () =>
      index.ask(session, async (queries, known) => found(await readEntries(files, path, queries.openRuns(known)))),
    close: async () => {
      closed = true;
      await queue.idle();
      await log.close();
      parts.onClosed();
    },
  };
};

/** The entries a model is told, held while a session works; forgotten when something else than growing happens to them. */
const createContextCache = (load: () => Promise<TranscriptEntry[]>) => {
  let held: TranscriptEntry[] | undefined;
  let grownBytes = 0;
  let version = 0;

  const grow = (stored: readonly TranscriptEntry[], leaf: string | null, bytes: number): void => {
    version++;
    grownBytes += bytes;
    let previous = leaf;
    for (const entry of stored) {
      if (entry.parentId !== previous || entry.type === "compaction") held = undefined;
      held?.push(entry);
      previous = entry.id;
    }
    if (grownBytes > MAX_CONTEXT_BYTES) held = undefined;
  };

  const get = async (): Promise<readonly TranscriptEntry[]> => {
    while (!held) {
      const before = version;
      const loaded = await load();
      // What was appended meanwhile may or may not be in it.
      if (version !== before) continue;
      held ??= loaded;
      grownBytes = 0;
    }
    return held;
  };
  return { grow, get };
};

/** Throws when the index does not belong to the file, so that it is made anew. */
export const found = <T>(entries: T | undefined): T => {
  if (entries) return entries;
  throw new Error("the index names places that hold no entries");
};

/** As JSON lines, and where in the file each of them will be. */
export const encode = (
  startBytes: number,
  lines: readonly IndexedLine["line"][],
): { bytes: Uint8Array; lines: IndexedLine[] } => {
  const pieces: Buffer[] = [];
  let offset = startBytes;
  const places = lines.map((line): IndexedLine => {
    const piece = Buffer.from(`${JSON.stringify(contentsOf(line))}\n`);
    pieces.push(piece);
    const place = { offset, length: piece.byteLength - 1, line };
    offset += piece.byteLength;
    return place;
  });
  return { bytes: Buffer.concat(pieces), lines: places };
};

const contentsOf = (line: IndexedLine["line"]): unknown => {
  if (line.kind === "header") return line.header;
  return line.kind === "entry" ? line.entry : undefined;
};

const isOfType = <T extends TranscriptEntry["type"]>(
  entry: TranscriptEntry | undefined,
  type: T,
): entry is Extract<TranscriptEntry, { type: T }> => entry?.type === type;
