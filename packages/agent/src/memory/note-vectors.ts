/** Meaning beside words: a vector for each part of the notes, made by an embedding model in the background. */

import type { DatabaseSync } from "node:sqlite";

import { numberIn, textIn } from "../sessions/index-row.ts";

export interface Embedding {
  /** Of the model; vectors of another one are thrown away. */
  readonly ref: string;
  /** Throws when the model does not answer. */
  readonly embed: (
    texts: readonly string[],
    purpose: "document" | "query",
    signal: AbortSignal,
  ) => Promise<readonly Float32Array[]>;
}

export interface NoteVectors {
  /** Makes what is missing, in the background; a failure ends it until it is asked for again. */
  fill(embedding: Embedding): void;
  /** Chunks below `end` by nearness to the query, the nearest first, and how many have no vector yet. */
  nearest(
    embedding: Embedding,
    query: string,
    options: { readonly end: number; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<{ readonly chunks: readonly number[]; readonly missing: number }>;
  /** Resolves when nothing is being made any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 64;
/** Bounds of one round, so that a large memory is not paid for again and again by mistake. */
const MAX_BATCHES = 500;
const QUERY_TIMEOUT_MS = 5_000;

export const createNoteVectors = (database: DatabaseSync): NoteVectors => {
  const sql = {
    model: database.prepare("SELECT value FROM settings WHERE name = 'embedding'"),
    setModel: database.prepare("INSERT OR REPLACE INTO settings VALUES ('embedding', ?)"),
    clear: database.prepare("DELETE FROM vectors"),
    missing: database.prepare(`SELECT DISTINCT hash, heading, text FROM chunks
      WHERE hash NOT IN (SELECT hash FROM vectors) LIMIT ${BATCH}`),
    count: database.prepare("SELECT count(*) AS count FROM chunks WHERE chunk < ?"),
    add: database.prepare("INSERT OR REPLACE INTO vectors VALUES (?, ?)"),
    all: database.prepare("SELECT chunk, vector FROM chunks JOIN vectors USING (hash) WHERE chunk < ?"),
  };
  const stop = new AbortController();
  let filling: Promise<void> | undefined;

  const useModel = (ref: string): void => {
    if (sql.model.get()?.["value"] === ref) return;
    sql.clear.run();
    sql.setModel.run(ref);
  };

  const fillAll = async ({ embed }: Embedding): Promise<void> => {
    for (let batch = 0; batch < MAX_BATCHES && !stop.signal.aborted; batch++) {
      const rows = sql.missing.all();
      if (rows.length === 0) return;
      const texts = rows.map((row) => `${textIn(row, "heading")}\n${textIn(row, "text")}`);
      const vectors = await embed(texts, "document", stop.signal);
      // Closed or turned to another model meanwhile.
      if (stop.signal.aborted) return;
      for (const [index, row] of rows.entries()) {
        const vector = vectors[index];
        if (vector) sql.add.run(textIn(row, "hash"), bytesOf(unit(vector)));
      }
    }
  };

  return {
    fill: (embedding) => {
      if (filling || stop.signal.aborted) return;
      useModel(embedding.ref);
      filling = fillAll(embedding)
        // Asked again with the next search; until then words alone are searched.
        .catch(() => undefined)
        .finally(() => (filling = undefined));
    },
    nearest: async ({ embed }, query, { end, limit, signal }) => {
      const limited = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
      const [wanted] = await embed([query], "query", limited);
      if (!wanted || limited.aborted) return { chunks: [], missing: 0 };
      const direction = unit(wanted);
      const scored: { readonly chunk: number; readonly score: number }[] = [];
      for (const row of sql.all.iterate(end)) {
        const bytes = row["vector"];
        if (!(bytes instanceof Uint8Array)) continue;
        scored.push({ chunk: numberIn(row, "chunk"), score: dot(direction, floatsOf(bytes)) });
      }
      const missing = numberIn(sql.count.get(end), "count") - scored.length;
      const nearest = scored.toSorted((a, b) => b.score - a.score).slice(0, limit);
      return { chunks: nearest.map(({ chunk }) => chunk), missing };
    },
    idle: async () => filling,
    close: async () => {
      stop.abort();
      await filling;
    },
  };
};

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
};

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
};

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const floatsOf = (bytes: Uint8Array): Float32Array => {
  const { buffer, byteOffset, byteLength } = byteOffsetIsAligned(bytes) ? bytes : Uint8Array.from(bytes);
  return new Float32Array(buffer, byteOffset, Math.floor(byteLength / 4));
};

const byteOffsetIsAligned = ({ byteOffset }: Uint8Array): boolean => byteOffset % 4 === 0;
