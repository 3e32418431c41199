/** `find`: files by name. */

import { join } from "node:path";
import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath } from "../files/file-access.ts";
import { globMatcher } from "./glob.ts";
import { hasRipgrep, runSearch } from "./search-program.ts";
import {
  ripgrepExclusions,
  SEARCH_LIMIT_MS,
  searchScope,
  type SearchScope,
  type SearchToolOptions,
} from "./search-scope.ts";
import { walkTree } from "./tree-walk.ts";

const MAX_FILES = 5_000;
const DEFAULT_FILES = 500;

const Input = Type.Object(
  {
    pattern: Type.String({ minLength: 1, maxLength: 1_024, description: "Glob like *.ts or src/**/*.md" }),
    path: Type.Optional(Type.String({ minLength: 1, description: "Directory; default: the workspace" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FILES })),
  },
  { additionalProperties: false },
);

export const createFindTool = (options: SearchToolOptions): Tool =>
  defineTool({
    name: "find",
    description: `Find files by name, at most ${DEFAULT_FILES}; hidden and ignored files are left out.`,
    input: Input,
    title: ({ pattern, path }) => `find ${pattern}${path === undefined ? "" : ` in ${path}`}`,
    execute: ({ pattern, path = ".", limit = DEFAULT_FILES }, { signal }) =>
      withPath(options.paths, path, async (realPath) => {
        const scope = await searchScope(options, realPath);
        if (scope.file !== undefined) return failed(`${path} is not a directory.`);
        const matches = globMatcher(pattern);
        const found: string[] = [];
        await listFiles(options, scope, signal, (file) => {
          if (matches(file)) found.push(file);
          return found.length <= limit;
        });
        const open = await Promise.all(
          found
            .slice(0, limit)
            .map(async (file) => ((await options.paths.resolve(join(realPath, file))).ok ? [file] : [])),
        );
        const names = open.flat().toSorted((a, b) => (a < b ? -1 : 1));
        if (names.length === 0) return succeeded("[no file has such a name]");
        return succeeded(
          [...names, ...(found.length > limit ? [`[${limit} files are shown, there are more]`] : [])].join("\n"),
        );
      }),
  });

/** Until `take` wants no more. */
const listFiles = async (
  { searchPath }: SearchToolOptions,
  scope: SearchScope,
  signal: AbortSignal,
  take: (file: string) => boolean,
): Promise<void> => {
  if (await hasRipgrep(searchPath)) {
    const args = ["--no-config", "--files", "--null", "--no-messages", "--no-require-git", ...ripgrepExclusions(scope)];
    const end = {
      directory: scope.directory,
      searchPath,
      separator: "\0",
      signal,
      timeoutMs: SEARCH_LIMIT_MS,
    } as const;
    await runSearch({ ...end, program: "rg", args, take });
    return;
  }
  for await (const files of walkTree({ root: scope.directory, excluded: scope.excluded, signal })) {
    if (files.some((file) => !take(file))) return;
  }
};
