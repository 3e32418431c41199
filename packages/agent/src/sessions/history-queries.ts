/** What can be asked of the index: pages, the context of a model, runs, words. Answers places in files, not entries. */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { numbersOf, type IndexedTranscript, type LinePlace } from "./history-index.ts";
import { numberIn, textIn, textOrNull, type Row } from "./index-row.ts";

export type RunState = "accepted" | "begun" | "ended";

/** An entry's line, and its run. */
interface EntryPlace extends LinePlace {
  readonly runId: string | null;
}

interface NumberedPlace extends EntryPlace {
  readonly number: number;
}

export interface ShownPlace extends EntryPlace {
  /** Of a message that joined another run: the entry that says so. */
  readonly joined?: LinePlace;
}

export interface PageQuery {
  readonly limit: number;
  /** Id of a shown entry of the current branch: the page ends just before it. */
  readonly before?: string | undefined;
  /** Runs that wait: their messages are left out. */
  readonly withoutInputsOf: readonly string[];
  /** The page is cut short before it grows beyond this, but holds at least one entry. */
  readonly maxBytes: number;
}

interface PagePlaces {
  /** As they are read, oldest first. */
  readonly places: readonly ShownPlace[];
  readonly hasMore: boolean;
  readonly total: number;
}

export interface Match extends LinePlace {
  readonly sessionId: string;
  readonly sessionKey: string;
}

interface MatchQuery {
  /** An FTS5 expression. */
  readonly expression: string;
  readonly limit: number;
  readonly sessionKeys?: readonly string[] | undefined;
}

export interface HistoryQueries {
  /** Undefined when `before` is no message of the current branch. */
  page(transcript: IndexedTranscript, query: PageQuery): PagePlaces | undefined;
  /**
   * The last compaction, then what follows its first kept entry, cut to the newest `maxBytes`, and before it the
   * messages of the runs it tells of and of those that are not finished.
   */
  context(transcript: IndexedTranscript, maxBytes: number): readonly EntryPlace[];
  /** All of the runs that have no end, and of those they joined, in the order of the file. */
  openRuns(transcript: IndexedTranscript): readonly EntryPlace[];
  /** A shown entry of the current branch. */
  entry(transcript: IndexedTranscript, id: string): NumberedPlace | undefined;
  lastEntry(transcript: IndexedTranscript): EntryPlace | undefined;
  /** Entries of the current branch in the order of the file, those with a number between the two. */
  branch(after: number, upTo: number, limit: number): readonly NumberedPlace[];
  corruptLines(transcript: IndexedTranscript): readonly LinePlace[];
  /** Over all transcripts of a key. */
  runState(sessionKey: string, runId: string): RunState | undefined;
  /** The best first. */
  matches(query: MatchQuery): readonly Match[];
}

export const createHistoryQueries = (database: DatabaseSync): HistoryQueries => {
  const sql = statements(database);

  const countInputs = ({ sessionKey, session }: IndexedTranscript, runIds: string): number =>
    numberIn(sql.countInputs.get(sessionKey, session, runIds), "count");

  /** A message that joined another run is where it joined. */
  const shownRow = ({ session, sessionKey }: IndexedTranscript, id: string): Row | undefined =>
    sql.shown.get(session, id) ?? sql.joinedAt.get(session, id, sessionKey);

  const toShownPlace = ({ session, sessionKey }: IndexedTranscript, row: Row): ShownPlace => {
    const input = row["type"] === "joined" ? sql.input.get(sessionKey, textIn(row, "run_id"), session) : undefined;
    return input ? { ...toPlace(input), joined: toLine(row) } : toPlace(row);
  };

  return {
    page: (transcript, { limit, before, withoutInputsOf, maxBytes }) => {
      const [first, last] = numbersOf(transcript.session);
      const end = before === undefined ? { position: last, number: last } : shownRow(transcript, before);
      if (!end) return undefined;
      const position = numberIn(end, "position");
      const left = JSON.stringify(withoutInputsOf);
      const rows = sql.page.all(first, position, position, numberIn(end, "number"), left, limit + 1);
      const kept = withinBytes(rows.slice(0, limit), maxBytes);
      const total = transcript.shown - (withoutInputsOf.length > 0 ? countInputs(transcript, left) : 0);
      return {
        places: kept.map((row) => toShownPlace(transcript, row)).toReversed(),
        hasMore: kept.length < rows.length,
        total,
      };
    },

    context: ({ session, sessionKey }, maxBytes) => {
      const [first, last] = numbersOf(session);
      const compaction = sql.lastCompaction.get(first, last);
      const start = compaction ? numberIn(compaction, "kept") : first;
      const newest = withinBytes(sql.newest.iterate(start, last), maxBytes);
      const cut = numberIn(newest.at(-1) ?? { number: start }, "number");
      const inputs = sql.inputsBefore.all(sessionKey, session, cut, cut, last);
      return [...(compaction ? [compaction] : []), ...inputs, ...newest.toReversed()].map(toPlace);
    },

    openRuns: ({ session, sessionKey, last }) => sql.openRuns.all(session, sessionKey, last).map(toPlace),
    entry: (transcript, id) => {
      const row = shownRow(transcript, id);
      return row && toNumbered(row);
    },
    lastEntry: (transcript) => optionalPlace(sql.byNumber.get(transcript.last)),
    branch: (after, upTo, limit) => sql.branch.all(after, upTo, limit).map(toNumbered),
    corruptLines: (transcript) => sql.corrupt.all(transcript.session).map(toLine),
    runState: (sessionKey, runId) => {
      const row = sql.runState.get(sessionKey, runId);
      return row && STATES[numberIn(row, "state")];
    },
    matches: ({ expression, limit, sessionKeys }) => {
      const rows = sessionKeys
        ? sql.matchesOf.all(expression, JSON.stringify(sessionKeys), limit)
        : sql.matches.all(expression, limit);
      return rows.map((row) => ({
        ...toPlace(row),
        sessionId: textIn(row, "session_id"),
        sessionKey: textIn(row, "session_key"),
      }));
    },
  };
};

const STATES: readonly (RunState | undefined)[] = [undefined, "accepted", "begun", "ended"];

const COLUMNS =
  "entries.number, entries.position, entries.offset, entries.length, entries.run_id, entries.kept, entries.type";

const statements = (database: DatabaseSync) => {
  const prepare = (text: string) => {
    const statement = database.prepare(text);
    return {
      get: (...values: SQLInputValue[]): Row | undefined => statement.get(...values),
      all: (...values: SQLInputValue[]): Row[] => statement.all(...values),
      iterate: (...values: SQLInputValue[]): Iterable<Row> => statement.iterate(...values),
    };
  };
  return {
    page: prepare(
      `SELECT ${COLUMNS} FROM entries
       WHERE shown = 1 AND branch = 1 AND position >= ? AND position <= ? AND (position, number) < (?, ?)
         AND NOT (type = 'user' AND run_id IN (SELECT value FROM json_each(?)))
       ORDER BY position DESC, number DESC LIMIT ?`,
    ),
    shown: prepare(
      `SELECT ${COLUMNS} FROM entries WHERE session = ? AND id = ? AND shown = 1 AND branch = 1
       ORDER BY number DESC LIMIT 1`,
    ),
    countInputs: prepare(
      `SELECT count(*) AS count FROM runs CROSS JOIN entries ON entries.number = runs.first
       WHERE runs.session_key = ? AND runs.session = ? AND runs.run_id IN (SELECT value FROM json_each(?))
         AND entries.type = 'user' AND entries.branch = 1`,
    ),
    lastCompaction: prepare(
      `SELECT ${COLUMNS} FROM entries WHERE type = 'compaction' AND branch = 1 AND number BETWEEN ? AND ?
       ORDER BY number DESC LIMIT 1`,
    ),
    newest: prepare(
      `SELECT ${COLUMNS} FROM entries WHERE number BETWEEN ? AND ? AND branch = 1 AND type <> 'compaction'
       ORDER BY number DESC`,
    ),
    inputsBefore: prepare(
      `SELECT ${COLUMNS} FROM runs JOIN entries ON entries.number IN (runs.first, runs.joined_at)
       WHERE runs.session_key = ? AND runs.session = ? AND entries.number < ? AND entries.type IN ('user', 'joined')
         AND entries.branch = 1 AND (runs.state IN (1, 2) OR runs.run_id IN
           (SELECT run_id FROM entries WHERE number BETWEEN ? AND ? AND branch = 1 AND run_id IS NOT NULL))
       ORDER BY entries.number`,
    ),
    branch: prepare(
      `SELECT ${COLUMNS} FROM entries WHERE number > ? AND number <= ? AND branch = 1 ORDER BY number LIMIT ?`,
    ),
    byNumber: prepare(`SELECT ${COLUMNS} FROM entries WHERE number = ?`),
    input: prepare(
      `SELECT ${COLUMNS} FROM runs JOIN entries ON entries.number = runs.first
       WHERE runs.session_key = ? AND runs.run_id = ? AND runs.session = ? AND entries.type = 'user'`,
    ),
    joinedAt: prepare(
      `SELECT ${COLUMNS} FROM entries AS messages JOIN runs USING (session, run_id)
         JOIN entries ON entries.number = runs.joined_at
       WHERE messages.session = ? AND messages.id = ? AND messages.type = 'user' AND runs.session_key = ?
         AND entries.shown = 1 AND entries.branch = 1`,
    ),
    openRuns: prepare(
      `WITH open AS (SELECT run_id, joined, first FROM runs WHERE session = ?1 AND state IN (1, 2)),
         concerned AS (
           SELECT run_id, first FROM open UNION
           SELECT runs.run_id, runs.first FROM open JOIN runs
             ON runs.session_key = ?2 AND runs.run_id = open.joined AND runs.session = ?1)
       SELECT ${COLUMNS} FROM entries
       WHERE number BETWEEN (SELECT min(first) FROM concerned) AND ?3 AND run_id IN (SELECT run_id FROM concerned)
       ORDER BY number`,
    ),
    runState: prepare("SELECT state FROM runs WHERE session_key = ? AND run_id = ?"),
    corrupt: prepare("SELECT offset, length FROM corrupt_lines WHERE session = ? ORDER BY offset"),
    matches: prepare(
      `SELECT ${COLUMNS}, session_id, session_key FROM texts
         JOIN entries ON entries.number = texts.rowid JOIN transcripts USING (session)
       WHERE texts MATCH ? AND branch = 1 ORDER BY texts.rank LIMIT ?`,
    ),
    matchesOf: prepare(
      `SELECT ${COLUMNS}, session_id, session_key FROM texts
         JOIN entries ON entries.number = texts.rowid JOIN transcripts USING (session)
       WHERE texts MATCH ? AND branch = 1 AND session_key IN (SELECT value FROM json_each(?))
       ORDER BY texts.rank LIMIT ?`,
    ),
  };
};

/** The first rows whose lines fit into `maxBytes`, and always the very first one. */
const withinBytes = (rows: Iterable<Row>, maxBytes: number): Row[] => {
  const kept: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += numberIn(row, "length");
    if (kept.length > 0 && bytes > maxBytes) break;
    kept.push(row);
  }
  return kept;
};

const toLine = (row: Row): LinePlace => ({ offset: numberIn(row, "offset"), length: numberIn(row, "length") });

const toPlace = (row: Row): EntryPlace => ({ ...toLine(row), runId: textOrNull(row, "run_id") });

const toNumbered = (row: Row): NumberedPlace => ({ ...toPlace(row), number: numberIn(row, "number") });

const optionalPlace = (row: Row | undefined): EntryPlace | undefined => row && toPlace(row);
