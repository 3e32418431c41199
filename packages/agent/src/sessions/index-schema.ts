/** The tables of the derived index: where the entries of a directory's transcripts are, and what can be asked of them. */

/** Raised with every change of the tables; an index of another version is thrown away and read again from the transcripts. */
export const INDEX_VERSION = 1;

/** Entries of one transcript have the numbers from `session * ENTRIES_PER_SESSION` on. */
export const ENTRIES_PER_SESSION = 2 ** 31;

/** How far a run has come; never goes back. */
export const RUN = { noted: 0, accepted: 1, begun: 2, ended: 3 } as const;

/**
 * WAL with NORMAL syncs at checkpoints only: an append costs no fsync here, and a power cut leaves an index that is
 * behind its transcripts, never a broken one.
 */
export const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -1024;
  PRAGMA temp_store = MEMORY;
`;

export const TABLES = `
  CREATE TABLE transcripts (
    session INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    session_key TEXT NOT NULL,
    has_header INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    last INTEGER NOT NULL DEFAULT 0,
    last_id TEXT,
    shown INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL DEFAULT 0,
    updated_at REAL NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    context_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    model TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT ''
  ) STRICT;

  -- position: where the reader sees it, together with number: the first entry of its run.
  -- branch: whether it is on the current branch; shown: whether readers see entries of its type; kept: of a compaction.
  CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    type TEXT NOT NULL,
    run_id TEXT,
    shown INTEGER NOT NULL,
    branch INTEGER NOT NULL DEFAULT 1,
    session INTEGER NOT NULL,
    kept INTEGER
  ) STRICT;
  CREATE INDEX entries_by_id ON entries (session, id);
  CREATE INDEX entries_to_read ON entries (position, number) WHERE shown = 1 AND branch = 1;
  CREATE INDEX compactions ON entries (number) WHERE type = 'compaction';

  -- Entries that follow each other, from first on; the first one follows parent (0: nothing).
  CREATE TABLE segments (first INTEGER PRIMARY KEY, parent INTEGER NOT NULL) STRICT;

  -- joined: the run that answers this one; joined_at: the entry that says so, which stands for its message.
  CREATE TABLE runs (
    session_key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    session INTEGER NOT NULL,
    first INTEGER NOT NULL,
    state INTEGER NOT NULL,
    joined TEXT,
    joined_at INTEGER,
    PRIMARY KEY (session_key, run_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX unfinished_runs ON runs (session, first) WHERE state IN (1, 2);

  CREATE TABLE corrupt_lines (session INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
  CREATE INDEX corrupt_lines_by_session ON corrupt_lines (session, offset);

  CREATE VIRTUAL TABLE texts USING fts5 (
    body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
  );
`;
