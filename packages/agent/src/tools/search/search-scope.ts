/** Where a search may look: below a directory, without what belongs to the gateway and the kernel. */

import { basename, dirname } from "node:path";

import type { FileOperations } from "../files/file-operations.ts";
import type { PathGuard } from "../files/path-guard.ts";

export interface SearchToolOptions {
  readonly paths: PathGuard;
  readonly files: FileOperations;
  /** The PATH on which search programs are looked for. */
  readonly searchPath: string;
}

export interface SearchScope {
  /** Real and absolute. */
  readonly directory: string;
  /** The only file that is searched. */
  readonly file: string | undefined;
  /** Real and absolute; below the directory. */
  readonly excluded: readonly string[];
}

/** Not files, and endless. */
const KERNEL = ["/proc", "/sys", "/dev"];

export const SEARCH_LIMIT_MS = 60_000;

export const searchScope = async ({ paths, files }: SearchToolOptions, realPath: string): Promise<SearchScope> => {
  const { kind } = await files.stat(realPath);
  if (kind !== "directory") return { directory: dirname(realPath), file: basename(realPath), excluded: [] };
  const prefix = realPath === "/" ? "/" : `${realPath}/`;
  const excluded = [...(await paths.protectedPaths()), ...KERNEL].filter((path) => path.startsWith(prefix));
  return { directory: realPath, file: undefined, excluded };
};

/** The arguments that keep ripgrep out of the excluded directories. */
export const ripgrepExclusions = ({ directory, excluded }: SearchScope): string[] =>
  excluded.flatMap((path) => {
    const relative = path.slice(directory === "/" ? 0 : directory.length);
    const escaped = relative.replaceAll(/[\\*?[\]{}!]/g, String.raw`\$&`);
    return ["--glob", `!${escaped}`, "--glob", `!${escaped}/**`];
  });
