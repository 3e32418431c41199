/** `memory_search` and `memory_get`: what the agent wrote down before, found by words and meaning, read by lines. */

import { join } from "node:path";
import { Type } from "typebox";

import type { MemoryIndex } from "../../memory/memory-index.ts";
import type { Embedding } from "../../memory/note-vectors.ts";
import { CURATED, NOTES } from "../../memory/note-files.ts";
import type { RunOrigin, Tool, ToolResult } from "../../port.ts";
import { wordsOf } from "../../sessions/excerpt.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath } from "../files/file-access.ts";
import { diskFiles } from "../files/file-operations.ts";
import { createLineWindow } from "../files/line-window.ts";
import { createPathGuard } from "../files/path-guard.ts";

export interface MemoryToolsOptions {
  readonly workspace: string;
  /** What no tool may read. */
  readonly protectedPaths: readonly string[];
  /** The SQLite file of an agent's index. */
  readonly databaseOf: (agentId: string) => string;
  /** Asked at every search; undefined: words alone are searched. */
  readonly embedding?: (run: RunOrigin) => Embedding | undefined;
  readonly now: () => number;
}

export interface MemoryTools {
  readonly tools: readonly Tool[];
  close(): Promise<void>;
}

const DEFAULT_RESULTS = 6;
const MAX_RESULTS = 20;
const SHOWN_CHARS = 700;
const DEFAULT_LINES = 200;
const MAX_LINES = 1_000;
const MAX_BYTES = 30 * 1024;

const SearchInput = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: 1_000, description: "Words or a question" }),
    maxResults: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RESULTS })),
  },
  { additionalProperties: false },
);

const GetInput = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "As memory_search gave it" }),
    from: Type.Optional(Type.Integer({ minimum: 1, description: "First line, from 1" })),
    lines: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LINES })),
  },
  { additionalProperties: false },
);

export const createMemoryTools = (options: MemoryToolsOptions): MemoryTools => {
  const { workspace, protectedPaths, databaseOf, embedding, now } = options;
  const paths = createPathGuard({ workspace, home: workspace, protectedPaths });
  const sharedPaths = createPathGuard({
    workspace,
    home: workspace,
    protectedPaths,
    ownersPaths: [join(workspace, CURATED)],
  });
  const indexes = new Map<string, Promise<MemoryIndex>>();

  const indexOf = (agentId: string): Promise<MemoryIndex> => {
    const known = indexes.get(agentId);
    if (known) return known;
    const opening = import("../../memory/memory-index.ts").then(({ createMemoryIndex }) =>
      createMemoryIndex({ path: databaseOf(agentId), paths, sharedPaths, now }),
    );
    indexes.set(agentId, opening);
    return opening;
  };

  const search = defineTool({
    name: "memory_search",
    description: `Search your notes (${CURATED} and ${NOTES}/*.md) before you answer about earlier work, decisions, dates, people or preferences.`,
    input: SearchInput,
    title: ({ query }) => `search memory for ${query}`,
    execute: async ({ query, maxResults = DEFAULT_RESULTS }, { run, signal }) => {
      const index = await indexOf(run.agentId);
      const { hits, notes } = await index.search({
        text: query,
        limit: maxResults,
        mainSession: run.mainSession,
        embedding: embedding?.(run),
        signal,
      });
      const words = wordsOf(query);
      const found = hits.map(({ path, firstLine, lastLine, heading, text }) => {
        const where = `${path}:${firstLine}-${lastLine}`;
        return `${where}${heading === "" ? "" : ` (${heading})`}\n${partAround(text, words)}`;
      });
      return succeeded(
        [...(found.length > 0 ? found : ["[nothing in the notes matches]"]), ...notes.map((note) => `[${note}]`)].join(
          "\n\n",
        ),
      );
    },
  });

  const get = defineTool({
    name: "memory_get",
    description: `Read lines of a note: ${CURATED} or a file below ${NOTES}/.`,
    input: GetInput,
    title: ({ path }) => `read the note ${path}`,
    execute: ({ path, from = 1, lines = DEFAULT_LINES }, { run, signal }) => {
      if (path !== CURATED && !(path.startsWith(`${NOTES}/`) && path.endsWith(".md") && !path.includes("/../"))) {
        return Promise.resolve(
          failed(`${path} is no note. Notes are ${CURATED} and ${NOTES}/*.md; use read for files.`),
        );
      }
      return withPath(run.mainSession ? paths : sharedPaths, path, (realPath) =>
        readLines(path, realPath, { from, lines, signal }),
      );
    },
  });

  return {
    tools: [search, get],
    close: async () => {
      for (const index of indexes.values()) await (await index).close();
    },
  };
};

interface Portion {
  readonly from: number;
  readonly lines: number;
  readonly signal: AbortSignal;
}

const readLines = async (path: string, realPath: string, { from, lines, signal }: Portion): Promise<ToolResult> => {
  const { kind } = await diskFiles.stat(realPath);
  if (kind !== "file") return failed(`${path} is not a regular file.`);
  const window = createLineWindow({ offset: from, maxLines: lines, maxBytes: MAX_BYTES });
  for await (const chunk of diskFiles.read(realPath, signal)) if (window.push(chunk)) break;
  const { text, lineCount, seenLines, more } = window.result();
  if (lineCount === 0) return succeeded(`[${path} has ${seenLines} lines; there is nothing from line ${from} on]`);
  return succeeded(more ? `${text}\n[more follows; continue with from ${from + lineCount}]` : text);
};

/** The lines around the first of the words, within the limit. */
const partAround = (text: string, words: readonly string[]): string => {
  if (text.length <= SHOWN_CHARS) return text;
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((at) => at >= 0);
  const at = places.length > 0 ? Math.min(...places) : 0;
  const start = at < SHOWN_CHARS / 2 ? 0 : text.lastIndexOf("\n", at - SHOWN_CHARS / 4) + 1;
  const from = at - start > SHOWN_CHARS / 2 ? at - SHOWN_CHARS / 4 : start;
  const part = text.slice(from, from + SHOWN_CHARS).toWellFormed();
  return `${from > 0 ? "…" : ""}${part}${from + SHOWN_CHARS < text.length ? "…" : ""}`;
};
