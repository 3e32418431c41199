/** Searches an agent's notes by words (FTS5, BM25), by meaning where an embedding model is configured, newer ones first. */

import { numberIn, textIn, type Row } from "../sessions/index-row.ts";
import { wordsOf } from "../sessions/excerpt.ts";
import type { PathGuard } from "../tools/files/path-guard.ts";
import { FIRST_PRIVATE, openMemoryDatabase } from "./memory-database.ts";
import { createNoteIndex } from "./note-index.ts";
import { createNoteVectors, type Embedding } from "./note-vectors.ts";

export interface MemoryQuery {
  readonly text: string;
  readonly limit: number;
  /** Whether what concerns the owner alone may be found. */
  readonly mainSession: boolean;
  /** Left out: words alone. */
  readonly embedding?: Embedding | undefined;
  readonly signal: AbortSignal;
}

interface MemoryHit {
  /** Relative to the workspace. */
  readonly path: string;
  /** From 1, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly heading: string;
  readonly text: string;
}

interface MemoryAnswer {
  readonly hits: readonly MemoryHit[];
  /** What the answer lacks: "the embedding model did not answer". */
  readonly notes: readonly string[];
}

export interface MemoryIndex {
  search(query: MemoryQuery): Promise<MemoryAnswer>;
  /** Resolves when no vectors are being made. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface MemoryIndexOptions {
  /** The SQLite file; lost, it is built again. */
  readonly path: string;
  readonly paths: PathGuard;
  /** Where tools of sessions that are not the owner's main one may go. */
  readonly sharedPaths: PathGuard;
  readonly now: () => number;
}

/** Hits of each kind that are ranked together. */
const CANDIDATES = 60;
/** Of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). */
const RANK_OFFSET = 60;
/** What remains of a dated note's rank when it is old, and the time after which half of the rest is gone. */
const OLDEST_WEIGHT = 0.6;
const HALF_LIFE_DAYS = 30;
const DAY_MS = 86_400_000;

export const createMemoryIndex = ({ path, paths, sharedPaths, now }: MemoryIndexOptions): MemoryIndex => {
  const database = openMemoryDatabase(path);
  const index = createNoteIndex({ database, paths, sharedPaths, now });
  const vectors = createNoteVectors(database);
  const sql = {
    // The order by `rank` with a limit lets FTS5 keep only the best; joining first would read every match.
    matches: database.prepare(`SELECT rowid AS chunk, rank FROM words
      WHERE words MATCH ? AND rowid < ? ORDER BY rank LIMIT ${CANDIDATES}`),
    newest: database.prepare(`SELECT rowid AS chunk FROM words
      WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ${CANDIDATES}`),
    parts: database.prepare("SELECT doc FROM vocabulary WHERE term = ?"),
    hit: database.prepare(`SELECT path, first_line, last_line, heading, text
      FROM chunks JOIN files USING (file) WHERE chunk = ?`),
  };

  /** Words in so many parts tell nothing, and scoring them all takes long. */
  const isEverywhere = (word: string): boolean => {
    const row = sql.parts.get(plain(word));
    return row !== undefined && numberIn(row, "doc") > MAX_PARTS;
  };

  const byWords = (text: string, end: number, limit: number): Candidate[] => {
    const words = meaningful(wordsOf(text)).slice(0, MAX_WORDS);
    if (words.length === 0) return [];
    const rare = words.filter((word) => !isEverywhere(word));
    if (rare.length === 0) return unranked(sql.newest.all(allOf(words), end));
    const all = sql.matches.all(allOf(rare), end);
    const whole = new Set(all.map((row) => numberIn(row, "chunk")));
    // Some of the words are better than nothing, and so are their beginnings.
    const some = all.length >= limit ? [] : sql.matches.all(anyOf(rare), end);
    const rows = some.length > 0 || all.length > 0 ? some : sql.matches.all(anyOf(rare, " *"), end);
    return [...new Map([...rows, ...all].map((row) => [numberIn(row, "chunk"), row]))].map(([chunk, row]) => ({
      chunk,
      // BM25 of FTS5 is negative: the smaller, the better.
      score: -numberIn(row, "rank") * (whole.has(chunk) ? 2 : 1),
    }));
  };

  const read = (chunk: number): MemoryHit | undefined => {
    const row = sql.hit.get(chunk);
    return row && hitOf(row);
  };

  const byMeaning = async (
    query: MemoryQuery,
    end: number,
  ): Promise<{ chunks: readonly number[]; notes: string[] }> => {
    const { embedding, text, signal } = query;
    if (!embedding) return { chunks: [], notes: [] };
    vectors.fill(embedding);
    try {
      const { chunks, missing } = await vectors.nearest(embedding, text, { end, limit: CANDIDATES, signal });
      return { chunks, notes: missing === 0 ? [] : [`${missing} parts are not yet searched by meaning`] };
    } catch {
      return { chunks: [], notes: ["the embedding model did not answer: searched by words only"] };
    }
  };

  return {
    search: async (query) => {
      await index.bringInStep();
      const end = query.mainSession ? Number.MAX_SAFE_INTEGER : FIRST_PRIVATE;
      const { chunks: near, notes } = await byMeaning(query, end);
      const words = byWords(query.text, end, query.limit);
      const hits = new Map<number, MemoryHit>();
      for (const chunk of [...words.map((candidate) => candidate.chunk), ...near]) {
        const hit = hits.get(chunk) ?? read(chunk);
        if (hit) hits.set(chunk, hit);
      }
      const weight = (chunk: number): number => recency(hits.get(chunk)?.path ?? "", now());
      const ranked = words
        .map(({ chunk, score }) => ({ chunk, score: score * weight(chunk) }))
        .toSorted(best)
        .map(({ chunk }) => chunk);
      const scores = near.length === 0 ? fused([ranked], () => 1) : fused([ranked, near], weight);
      const order = [...scores].map(([chunk, score]) => ({ chunk, score })).toSorted(best);
      return { hits: order.flatMap(({ chunk }) => hits.get(chunk) ?? []).slice(0, query.limit), notes };
    },
    idle: () => vectors.idle(),
    close: async () => {
      await vectors.close();
      if (database.isOpen) database.close();
    },
  };
};

interface Candidate {
  readonly chunk: number;
  readonly score: number;
}

const MAX_WORDS = 24;
const MAX_PARTS = 2_000;

/** Each word quoted, so that none of them is an operator of FTS5. */
const allOf = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(" ");
const anyOf = (words: readonly string[], ending = ""): string => words.map((word) => `"${word}"${ending}`).join(" OR ");

const unranked = (rows: readonly Row[]): Candidate[] =>
  rows.map((row) => ({ chunk: numberIn(row, "chunk"), score: 1 }));

/** As the tokenizer of the index writes it. */
const plain = (word: string): string => word.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");

const best = (a: Candidate, b: Candidate): number => b.score - a.score || a.chunk - b.chunk;

const fused = (lists: readonly (readonly number[])[], weight: (chunk: number) => number): Map<number, number> => {
  const scores = new Map<number, number>();
  for (const list of lists) {
    for (const [rank, chunk] of list.entries()) {
      scores.set(chunk, (scores.get(chunk) ?? 0) + weight(chunk) / (RANK_OFFSET + rank + 1));
    }
  }
  return scores;
};

/** Dated notes fade; what has no date was kept on purpose. */
const recency = (path: string, nowMs: number): number => {
  const [day] = /\d{4}-\d{2}-\d{2}(?=[^/]*\.md$)/.exec(path) ?? [];
  const atMs = day === undefined ? Number.NaN : Date.parse(`${day}T12:00:00Z`);
  if (Number.isNaN(atMs)) return 1;
  const ageDays = Math.max(0, nowMs - atMs) / DAY_MS;
  return OLDEST_WEIGHT + (1 - OLDEST_WEIGHT) * 2 ** (-ageDays / HALF_LIFE_DAYS);
};

/** Words that are in every text and tell nothing; a query of nothing else keeps them. */
const FILLERS = new Set(
  "a an and are as at be by did do does for from had has have how i in is it its me my of on or our that the this to was we were what when where which who why will with you your der die das und ist ein eine wer wie wo wann war ich du wir".split(
    " ",
  ),
);

const meaningful = (words: readonly string[]): readonly string[] => {
  const telling = words.filter((word) => !FILLERS.has(word.toLowerCase()));
  return telling.length > 0 ? telling : words;
};

const hitOf = (row: Row): MemoryHit => ({
  path: textIn(row, "path"),
  firstLine: numberIn(row, "first_line"),
  lastLine: numberIn(row, "last_line"),
  heading: textIn(row, "heading"),
  text: textIn(row, "text"),
});
