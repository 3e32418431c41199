/** The SQLite file of an agent's memory index. Everything in it can be read again from the notes. */

import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Raised with every change of the tables; an index of another version is built anew. */
const VERSION = 1;

/** Chunks of notes that only the owner's main session may see have numbers from here on. */
export const FIRST_PRIVATE = 2 ** 40;

const TABLES = `
  CREATE TABLE files (
    file INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, hash TEXT NOT NULL, private INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chunks_by_file ON chunks (file);
  CREATE INDEX chunks_by_hash ON chunks (hash);
  CREATE VIRTUAL TABLE words USING fts5 (
    heading, body, content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
  INSERT INTO words (words, rank) VALUES ('rank', 'bm25(2.0, 1.0)');
  -- Unit vectors of 32-bit floats, by the hash of what they stand for.
  CREATE TABLE vectors (hash TEXT PRIMARY KEY, vector BLOB NOT NULL) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** A damaged or outdated file is replaced; where none can be written the index is in memory. */
export const openMemoryDatabase = (path: string): DatabaseSync => {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return prepared(path);
    } catch {
      // Whatever is wrong with this file, a new one may be fine.
      removeDatabase(path);
    }
  }
  return prepared(":memory:");
};

const removeDatabase = (path: string): void => {
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      rmSync(`${path}${suffix}`, { force: true });
    } catch {
      // A directory that may not be written: the index is in memory then.
    }
  }
};

const prepared = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 1_000 });
  try {
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;",
    );
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === VERSION) return database;
    if (version !== 0) throw new Error(`memory index of version ${String(version)}`);
    database.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT`);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};
