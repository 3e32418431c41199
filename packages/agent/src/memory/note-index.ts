/** Keeps the index of an agent's notes in step with their files: only what has changed is read and cut again. */

import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { numberIn, textIn } from "../sessions/index-row.ts";
import type { PathGuard } from "../tools/files/path-guard.ts";
import { chunksOf } from "./chunks.ts";
import { FIRST_PRIVATE } from "./memory-database.ts";
import { CURATED, listNotes, readNote, type NoteFile } from "./note-files.ts";

export interface NoteIndexOptions {
  readonly database: DatabaseSync;
  /** Where tools of the owner's main session may go. */
  readonly paths: PathGuard;
  /** Where those of every other session may go. */
  readonly sharedPaths: PathGuard;
  readonly now: () => number;
}

export interface NoteIndex {
  /** Resolves when the index is what the files are. */
  bringInStep(): Promise<void>;
}

interface KnownFile {
  readonly file: number;
  readonly stamp: string;
  readonly hash: string;
  readonly isPrivate: boolean;
}

export const createNoteIndex = ({ database, paths, sharedPaths, now }: NoteIndexOptions): NoteIndex => {
  const sql = {
    files: database.prepare("SELECT file, path, stamp, hash, private FROM files"),
    setting: database.prepare("SELECT value FROM settings WHERE name = 'curated'"),
    setCurated: database.prepare("INSERT OR REPLACE INTO settings VALUES ('curated', ?)"),
    stamp: database.prepare("UPDATE files SET stamp = ? WHERE file = ?"),
    addFile: database.prepare("INSERT INTO files (path, stamp, hash, private) VALUES (?, ?, ?, ?)"),
    removeFile: database.prepare("DELETE FROM files WHERE file = ?"),
    removeWords: database.prepare("DELETE FROM words WHERE rowid IN (SELECT chunk FROM chunks WHERE file = ?)"),
    removeChunks: database.prepare("DELETE FROM chunks WHERE file = ?"),
    last: database.prepare("SELECT coalesce(max(chunk), ?) AS last FROM chunks WHERE chunk >= ? AND chunk < ?"),
    addChunk: database.prepare("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)"),
    addWords: database.prepare("INSERT INTO words (rowid, heading, body) VALUES (?, ?, ?)"),
    dropVectors: database.prepare("DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM chunks)"),
  };

  const knownFiles = (): Map<string, KnownFile> =>
    new Map(
      sql.files.all().map((row) => {
        const known = { file: numberIn(row, "file"), stamp: textIn(row, "stamp"), hash: textIn(row, "hash") };
        return [textIn(row, "path"), { ...known, isPrivate: numberIn(row, "private") === 1 }];
      }),
    );

  const remove = ({ file }: KnownFile): void => {
    sql.removeWords.run(file);
    sql.removeChunks.run(file);
    sql.removeFile.run(file);
  };

  const add = ({ path, stamp }: NoteFile, text: string, hash: string, isPrivate: boolean): void => {
    const file = sql.addFile.run(path, stamp, hash, isPrivate ? 1 : 0).lastInsertRowid;
    const [from, to] = isPrivate ? [FIRST_PRIVATE, Number.MAX_SAFE_INTEGER] : [0, FIRST_PRIVATE];
    let chunk = numberIn(sql.last.get(from, from, to), "last");
    for (const { heading, text: body, firstLine, lastLine } of chunksOf(text)) {
      chunk += 1;
      sql.addChunk.run(chunk, file, firstLine, lastLine, heading, body, hashOf(`${heading}\n${body}`));
      sql.addWords.run(chunk, `${path} ${heading}`, body);
    }
  };

  const take = async (note: NoteFile, known: KnownFile | undefined): Promise<void> => {
    const isPrivate = note.path === CURATED || !(await sharedPaths.resolve(note.realPath)).ok;
    const text = (await paths.resolve(note.realPath)).ok ? await readNote(note) : undefined;
    const hash = hashOf(text ?? "");
    if (known && known.hash === hash && known.isPrivate === isPrivate) {
      sql.stamp.run(note.stamp, known.file);
      return;
    }
    inTransaction(database, () => {
      if (known) remove(known);
      if (text !== undefined) add(note, text, hash, isPrivate);
    });
  };

  const bringInStep = async (): Promise<void> => {
    const notes = await listNotes(paths, now());
    // When MEMORY.md has become another file, what was open may be private now.
    const curated = notes.find(({ path }) => path === CURATED)?.realPath ?? "";
    const row = sql.setting.get();
    const moved = row === undefined || textIn(row, "value") !== curated;
    const known = knownFiles();
    let changed = false;
    for (const note of notes) {
      const before = known.get(note.path);
      known.delete(note.path);
      if (before && before.stamp === note.stamp && !moved) continue;
      await take(note, before);
      changed = true;
    }
    inTransaction(database, () => {
      for (const gone of known.values()) remove(gone);
      if (moved) sql.setCurated.run(curated);
      if (changed || known.size > 0) sql.dropVectors.run();
    });
  };

  /** One after the other: two at once would take the same change twice. */
  let last: Promise<void> = Promise.resolve();
  return {
    bringInStep: () => {
      const next = last.catch(() => undefined).then(bringInStep);
      last = next;
      return next;
    },
  };
};

const inTransaction = (database: DatabaseSync, work: () => void): void => {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (thrown) {
    database.exec("ROLLBACK");
    throw thrown;
  }
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);
