/** `grep`: lines of files that match a pattern. ripgrep does it where it is installed, else the system's grep. */

import { join } from "node:path";
import { Type, type Static } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath } from "../files/file-access.ts";
import { globMatcher } from "./glob.ts";
import { hasRipgrep, runSearch, type SearchEnd } from "./search-program.ts";
import {
  ripgrepExclusions,
  SEARCH_LIMIT_MS,
  searchScope,
  type SearchScope,
  type SearchToolOptions,
} from "./search-scope.ts";
import { walkTree } from "./tree-walk.ts";

const MAX_LINES = 1_000;
const DEFAULT_LINES = 200;
const MAX_LINE_CHARS = 400;
const MAX_CHARS = 50_000;
/** Files for one call of the system's grep. */
const PORTION = 500;

const Input = Type.Object(
  {
    pattern: Type.String({ minLength: 1, maxLength: 4_096, description: "Regular expression" }),
    path: Type.Optional(Type.String({ minLength: 1, description: "File or directory; default: the workspace" })),
    glob: Type.Optional(Type.String({ minLength: 1, description: "Only files like *.ts" })),
    ignoreCase: Type.Optional(Type.Boolean()),
    literal: Type.Optional(Type.Boolean({ description: "The pattern is plain text" })),
    context: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, description: "Lines around each match" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LINES })),
  },
  { additionalProperties: false },
);
type Input = Static<typeof Input>;

export const createGrepTool = (options: SearchToolOptions): Tool =>
  defineTool({
    name: "grep",
    description: `Search the text of files. Gives path:line: text, at most ${DEFAULT_LINES} lines; hidden, ignored and binary files are left out.`,
    input: Input,
    title: ({ pattern, path }) => `search for ${pattern}${path === undefined ? "" : ` in ${path}`}`,
    execute: (input, { signal }) =>
      withPath(options.paths, input.path ?? ".", async (realPath) => {
        const scope = await searchScope(options, realPath);
        const found = createFindings(options, scope, input.limit ?? DEFAULT_LINES);
        const search = { ...options, input, scope, signal, take: found.take };
        const end = (await hasRipgrep(options.searchPath)) ? await withRipgrep(search) : await withGrep(search);
        return present(end, await found.lines(), found.isFull());
      }),
  });

interface Search extends SearchToolOptions {
  readonly input: Input;
  readonly scope: SearchScope;
  readonly signal: AbortSignal;
  readonly take: (record: string) => boolean;
}

const matching = ({ pattern, ignoreCase, literal, context }: Input): string[] => [
  ...(ignoreCase === true ? ["-i"] : []),
  ...(literal === true ? ["-F"] : []),
  ...(context === undefined || context === 0 ? [] : ["-C", String(context)]),
  "-e",
  pattern,
];

const withRipgrep = ({ input, scope, searchPath, signal, take }: Search): Promise<SearchEnd> =>
  runSearch({
    program: "rg",
    args: [
      "--no-config",
      "--no-require-git",
      "--no-messages",
      "--no-heading",
      "--with-filename",
      "--line-number",
      "--null",
      "--color=never",
      `--max-columns=${MAX_LINE_CHARS}`,
      "--max-columns-preview",
      ...(input.glob === undefined ? [] : ["--glob", input.glob]),
      ...ripgrepExclusions(scope),
      ...matching(input),
      "--",
      scope.file ?? ".",
    ],
    directory: scope.directory,
    searchPath,
    separator: "\n",
    signal,
    timeoutMs: SEARCH_LIMIT_MS,
    take,
  });

/** Walks itself, so that the same files are looked at; the regular expression stays out of this process. */
const withGrep = async ({ input, scope, searchPath, signal, take }: Search): Promise<SearchEnd> => {
  const endMs = performance.now() + SEARCH_LIMIT_MS;
  const wanted = input.glob === undefined ? () => true : globMatcher(input.glob);
  const state = { enough: false };
  const search = async (files: readonly string[]): Promise<SearchEnd> =>
    runSearch({
      program: "grep",
      args: ["-nHIs", "--null", ...(input.literal === true ? [] : ["-E"]), ...matching(input), "--", ...files],
      directory: scope.directory,
      searchPath,
      separator: "\n",
      signal,
      timeoutMs: Math.max(1, endMs - performance.now()),
      take: (record) => {
        state.enough ||= !take(record);
        return !state.enough;
      },
    });

  if (scope.file !== undefined) return search([scope.file]);
  let last: SearchEnd = { code: 1, timedOut: false, errors: "" };
  let waiting: string[] = [];
  for await (const files of walkTree({ root: scope.directory, excluded: scope.excluded, signal })) {
    waiting.push(...files.filter(wanted));
    while (!state.enough && waiting.length >= PORTION) {
      last = await search(waiting.slice(0, PORTION));
      waiting = waiting.slice(PORTION);
      if (last.timedOut || last.errors !== "") return last;
    }
    if (state.enough) return last;
  }
  return waiting.length > 0 ? search(waiting) : last;
};

/** `path NUL line:text` becomes `path:line: text`; a file that is not open to tools is left out. */
const createFindings = ({ paths }: SearchToolOptions, { directory }: SearchScope, limit: number) => {
  const records: { readonly file: string; readonly line: string }[] = [];
  let chars = 0;
  let full = false;
  return {
    take: (record: string): boolean => {
      if (records.length >= limit || chars > MAX_CHARS) {
        full = true;
        return false;
      }
      const end = record.indexOf("\0");
      const file = record.slice(0, Math.max(0, end)).replace(/^\.\//, "");
      const text = record.slice(end + 1);
      const line = text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)}…` : text;
      records.push({ file, line: end === -1 ? record : `${file}:${line.replace(/^(\d+)([:-])/, "$1$2 ")}` });
      chars += line.length + file.length;
      return true;
    },
    isFull: () => full,
    lines: async (): Promise<string[]> => {
      const names = [...new Set(records.map(({ file }) => file))].filter((file) => file !== "");
      const checked = await Promise.all(
        names.map(async (name) => [name, (await paths.resolve(join(directory, name))).ok] as const),
      );
      const open = new Set(checked.flatMap(([name, ok]) => (ok ? [name] : [])));
      return records.filter(({ file }) => file === "" || open.has(file)).map(({ line }) => line);
    },
  };
};

const present = (end: SearchEnd, lines: readonly string[], full: boolean): ToolResult => {
  if (end.code === 2 && lines.length === 0)
    return failed(`The search failed: ${end.errors.trim() || "no reason given"}`);
  const notes = [
    ...(full ? [`${lines.length} lines are shown, more match; narrow the pattern, the path or the glob`] : []),
    ...(end.timedOut ? [`stopped after ${SEARCH_LIMIT_MS / 1_000} s`] : []),
  ];
  if (lines.length === 0) return succeeded(`[nothing matches${notes.map((note) => `; ${note}`).join("")}]`);
  return succeeded([...lines, ...notes.map((note) => `[${note}]`)].join("\n"));
};
