/**
 * What is known of the transcripts of one directory without reading them. Derived: everything in it comes from `add`,
 * line by line in the order of the files, so that following an append and reading a file again give the same.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import type { JoinedEntry, TranscriptEntry } from "../port.ts";
import { forkOf, pathTo, type Segment } from "./branch.ts";
import type { TranscriptLine } from "./entry-schema.ts";
import { searchableText } from "./entry-text.ts";
import { ENTRIES_PER_SESSION, RUN } from "./index-schema.ts";
import { numberIn, textIn, textOrNull, type Row } from "./index-row.ts";
import { isHiddenOfHeartbeat } from "./quiet-run.ts";

export interface IndexedLine {
  readonly offset: number;
  /** In bytes, without the newline. */
  readonly length: number;
  readonly line: TranscriptLine;
}

/** Where a line is in its file. */
export interface LinePlace {
  readonly offset: number;
  readonly length: number;
}

export interface IndexedTranscript {
  /** The number of the transcript in this index. */
  readonly session: number;
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly hasHeader: boolean;
  /** How much of the file has been taken in. */
  readonly bytes: number;
  /** Number and id of the last entry: the leaf of the current branch. */
  readonly last: number;
  readonly lastId: string | null;
  /** Messages a reader of the current branch sees. */
  readonly shown: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly contextTokens: number;
  readonly costUsd: number;
  readonly model: string;
  readonly label: string;
}

export interface HistoryIndex {
  transcript(sessionId: string): IndexedTranscript | undefined;
  transcripts(): readonly IndexedTranscript[];
  /** Forgets what is known of the transcript and begins at its first byte. */
  begin(sessionId: string, sessionKey: string): void;
  forget(sessionId: string): void;
  /** The lines that follow what was taken in, up to `bytes`. */
  add(sessionId: string, lines: readonly IndexedLine[], bytes: number): void;
}

/** What the gateway itself put down for the model is no message of the conversation. */
const isShown = (entry: TranscriptEntry): boolean =>
  SHOWN.has(entry.type) && !(entry.type === "user" && entry.origin?.kind === "system") && !isHiddenOfHeartbeat(entry);

const SHOWN: ReadonlySet<TranscriptEntry["type"]> = new Set([
  "user",
  "assistant",
  "toolResult",
  "notice",
  "compaction",
]);

export const createHistoryIndex = (database: DatabaseSync): HistoryIndex => {
  const sql = statements(database);
  const { positionOf, join } = createRunPlaces(sql);

  const transcript: HistoryIndex["transcript"] = (sessionId) => {
    const row = sql.transcript.get(sessionId);
    return row && toTranscript(row);
  };

  const forget = (sessionId: string): void => {
    const known = transcript(sessionId);
    if (!known) return;
    const range = numbersOf(known.session);
    for (const statement of [sql.dropTexts, sql.dropEntries, sql.dropSegments]) statement.run(...range);
    for (const statement of [sql.dropRuns, sql.dropCorrupt, sql.dropTranscript]) statement.run(known.session);
  };

  const segmentOf = (entry: number): Segment => {
    const row = sql.segmentOf.get(entry);
    return { first: numberIn(row, "first"), parent: numberIn(row, "parent") };
  };

  /** Makes the path to `leaf` the current branch; all entries known so far are up to `last`. */
  const switchBranch = (session: number, last: number, leaf: number): void => {
    const before = pathTo(last, segmentOf);
    const after = pathTo(leaf, segmentOf);
    const fork = forkOf(before, after);
    for (const branch of [0, 1]) {
      for (const interval of branch === 0 ? before : after) {
        if (interval.last > fork) sql.setBranch.run(branch, Math.max(interval.first, fork + 1), interval.last);
      }
    }
    sql.recount.run(...numbersOf(session), session);
  };

  /** A parent that is not there, because its line was corrupt, is taken to be the entry before. */
  const parentOf = (known: IndexedTranscript, parentId: string | null): number => {
    if (parentId === known.lastId) return known.last;
    if (parentId === null) return 0;
    const row = sql.entryNumber.get(known.session, parentId);
    return row ? numberIn(row, "number") : known.last;
  };

  const addEntry = (sessionId: string, { offset, length }: LinePlace, entry: TranscriptEntry): void => {
    const known = transcript(sessionId);
    if (!known) return;
    const { session, sessionKey } = known;
    const number = (known.last || session * ENTRIES_PER_SESSION) + 1;
    const parent = parentOf(known, entry.parentId);
    if (parent !== known.last) switchBranch(session, known.last, parent);
    if (parent !== known.last || known.last === 0) sql.addSegment.run(number, parent);

    const shown = isShown(entry) ? 1 : 0;
    const runId = entry.runId ?? null;
    const position = runId === null ? number : positionOf(sessionKey, session, number, entry, runId);
    sql.addEntry.run(
      number,
      entry.id,
      position,
      offset,
      length,
      entry.type,
      runId,
      shown,
      session,
      keptFrom(known, number, entry),
    );
    const text = searchableText(entry);
    if (text !== "") sql.addText.run(number, text);
    sql.advance.run(number, entry.id, shown, entry.timestamp, session);
    addFigures(session, entry);
    if (entry.type === "joined") join(known, number, position, entry);
  };

  const keptFrom = (known: IndexedTranscript, number: number, entry: TranscriptEntry): number | null => {
    if (entry.type !== "compaction") return null;
    const row = entry.firstKeptId === null ? undefined : sql.entryNumber.get(known.session, entry.firstKeptId);
    return row ? numberIn(row, "number") : number;
  };

  const addFigures = (session: number, entry: TranscriptEntry): void => {
    if (entry.type === "assistant") {
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = entry.usage;
      const input = inputTokens + cacheReadTokens + cacheWriteTokens;
      sql.addUsage.run(input, outputTokens, input + outputTokens, entry.costUsd, entry.model, session);
    }
    if (entry.type === "label") sql.setLabel.run(entry.label, session);
  };

  const addLine = (sessionId: string, session: number, indexed: IndexedLine): void => {
    switch (indexed.line.kind) {
      case "entry":
        addEntry(sessionId, indexed, indexed.line.entry);
        break;
      case "header":
        sql.addHeader.run(indexed.line.header.timestamp, session);
        break;
      case "corrupt":
        sql.addCorrupt.run(session, indexed.offset, indexed.length);
        break;
    }
  };

  return {
    transcript,
    transcripts: () => sql.transcripts.all().map(toTranscript),
    begin: (sessionId, sessionKey) =>
      inTransaction(database, () => {
        forget(sessionId);
        sql.addTranscript.run(sessionId, sessionKey);
      }),
    forget: (sessionId) => inTransaction(database, () => forget(sessionId)),
    add: (sessionId, lines, bytes) =>
      inTransaction(database, () => {
        const known = transcript(sessionId);
        if (!known) return;
        for (const line of lines) addLine(sessionId, known.session, line);
        sql.setBytes.run(bytes, known.session);
      }),
  };
};

/** Where the runs of a transcript are read. */
const createRunPlaces = (sql: Statements) => {
  const noteRun = (sessionKey: string, session: number, number: number, runId: string, state: number) => {
    const row = sql.noteRun.get(sessionKey, runId, session, number, state);
    // The same run in an earlier transcript of the key does not give this one its place.
    if (!row || numberIn(row, "session") !== session) return { first: number, joined: null };
    return { first: numberIn(row, "first"), joined: textOrNull(row, "joined") };
  };

  /** All of a run is read at its first entry; all of a run that joined another one is read with that one. */
  const positionOf = (
    sessionKey: string,
    session: number,
    number: number,
    entry: TranscriptEntry,
    runId: string,
  ): number => {
    const { first, joined } = noteRun(sessionKey, session, number, runId, runStateAfter(entry));
    const into = entry.type === "joined" ? entry.into : joined;
    if (into === null || into === runId) return first;
    return noteRun(sessionKey, session, number, into, RUN.noted).first;
  };

  /** From now on the message of the run is read where it joined another one, or again at its own place. */
  const join = (known: IndexedTranscript, number: number, position: number, entry: JoinedEntry): void => {
    const { session, sessionKey } = known;
    const isJoined = entry.into !== entry.runId;
    const run = sql.run.get(sessionKey, entry.runId, session);
    if (!run) return;
    sql.setJoined.run(isJoined ? entry.into : null, isJoined ? number : null, sessionKey, entry.runId);
    sql.setPosition.run(position, numberIn(run, "first"), number, entry.runId);
    const input = sql.entryType.get(numberIn(run, "first"));
    if (input && textIn(input, "type") === "user") {
      sql.setShown.run(isJoined ? 0 : 1, numberIn(run, "first"));
      if (isJoined) sql.setShown.run(1, number);
    }
    if (run["joined_at"] !== null) sql.setShown.run(0, numberIn(run, "joined_at"));
    sql.recount.run(...numbersOf(session), session);
  };
  return { positionOf, join };
};

/** The first and the last number an entry of this transcript can have. */
export const numbersOf = (session: number): [first: number, last: number] => [
  session * ENTRIES_PER_SESSION,
  (session + 1) * ENTRIES_PER_SESSION - 1,
];

const runStateAfter = (entry: TranscriptEntry): number => {
  switch (entry.type) {
    case "user":
      return RUN.accepted;
    case "assistant":
    case "toolResult":
      return RUN.begun;
    case "runEnd":
      return RUN.ended;
    default:
      return RUN.noted;
  }
};

const inTransaction = (database: DatabaseSync, work: () => void): void => {
  database.exec("BEGIN");
  try {
    work();
    database.exec("COMMIT");
  } catch (thrown) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw thrown;
  }
};

const statements = (database: DatabaseSync) => {
  const prepare = (text: string) => {
    const statement = database.prepare(text);
    return {
      get: (...values: SQLInputValue[]): Row | undefined => statement.get(...values),
      all: (...values: SQLInputValue[]): Row[] => statement.all(...values),
      run: (...values: SQLInputValue[]): void => void statement.run(...values),
    };
  };
  return {
    transcript: prepare("SELECT * FROM transcripts WHERE session_id = ?"),
    transcripts: prepare("SELECT * FROM transcripts ORDER BY session"),
    addTranscript: prepare("INSERT INTO transcripts (session_id, session_key) VALUES (?, ?)"),
    addHeader: prepare("UPDATE transcripts SET has_header = 1, created_at = ? WHERE session = ?"),
    setBytes: prepare("UPDATE transcripts SET bytes = ? WHERE session = ?"),
    setLabel: prepare("UPDATE transcripts SET label = ? WHERE session = ?"),
    advance: prepare(
      `UPDATE transcripts SET last = ?, last_id = ?, shown = shown + ?, updated_at = max(updated_at, ?)
       WHERE session = ?`,
    ),
    addUsage: prepare(
      `UPDATE transcripts SET input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, context_tokens = ?,
         cost_usd = cost_usd + ?, model = ? WHERE session = ?`,
    ),
    addEntry: prepare(
      `INSERT INTO entries (number, id, position, offset, length, type, run_id, shown, session, kept)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addText: prepare("INSERT INTO texts (rowid, body) VALUES (?, ?)"),
    addCorrupt: prepare("INSERT INTO corrupt_lines (session, offset, length) VALUES (?, ?, ?)"),
    addSegment: prepare("INSERT INTO segments (first, parent) VALUES (?, ?)"),
    entryNumber: prepare("SELECT number FROM entries WHERE session = ? AND id = ? ORDER BY number DESC LIMIT 1"),
    segmentOf: prepare("SELECT first, parent FROM segments WHERE first <= ? ORDER BY first DESC LIMIT 1"),
    noteRun: prepare(
      `INSERT INTO runs (session_key, run_id, session, first, state) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (session_key, run_id) DO UPDATE SET state = max(state, excluded.state) 
       RETURNING session, first, joined`,
    ),
    run: prepare("SELECT first, joined_at FROM runs WHERE session_key = ? AND run_id = ? AND session = ?"),
    setJoined: prepare("UPDATE runs SET joined = ?, joined_at = ? WHERE session_key = ? AND run_id = ?"),
    setPosition: prepare("UPDATE entries SET position = ? WHERE number BETWEEN ? AND ? AND run_id = ?"),
    entryType: prepare("SELECT type FROM entries WHERE number = ?"),
    setShown: prepare("UPDATE entries SET shown = ? WHERE number = ?"),
    setBranch: prepare("UPDATE entries SET branch = ? WHERE number BETWEEN ? AND ?"),
    recount: prepare(
      `UPDATE transcripts SET shown =
         (SELECT count(*) FROM entries WHERE shown = 1 AND branch = 1 AND position BETWEEN ? AND ?)
       WHERE session = ?`,
    ),
    dropTexts: prepare("DELETE FROM texts WHERE rowid IN (SELECT number FROM entries WHERE number BETWEEN ? AND ?)"),
    dropEntries: prepare("DELETE FROM entries WHERE number BETWEEN ? AND ?"),
    dropSegments: prepare("DELETE FROM segments WHERE first BETWEEN ? AND ?"),
    dropRuns: prepare("DELETE FROM runs WHERE session = ?"),
    dropCorrupt: prepare("DELETE FROM corrupt_lines WHERE session = ?"),
    dropTranscript: prepare("DELETE FROM transcripts WHERE session = ?"),
  };
};

type Statements = ReturnType<typeof statements>;

const toTranscript = (row: Row): IndexedTranscript => ({
  session: numberIn(row, "session"),
  sessionId: textIn(row, "session_id"),
  sessionKey: textIn(row, "session_key"),
  hasHeader: numberIn(row, "has_header") === 1,
  bytes: numberIn(row, "bytes"),
  last: numberIn(row, "last"),
  lastId: textOrNull(row, "last_id"),
  shown: numberIn(row, "shown"),
  createdAt: numberIn(row, "created_at"),
  updatedAt: numberIn(row, "updated_at"),
  inputTokens: numberIn(row, "input_tokens"),
  outputTokens: numberIn(row, "output_tokens"),
  contextTokens: numberIn(row, "context_tokens"),
  costUsd: numberIn(row, "cost_usd"),
  model: textIn(row, "model"),
  label: textIn(row, "label"),
});
