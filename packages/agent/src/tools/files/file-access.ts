/** The edge of every file tool: resolves the path, and turns what the file system refuses into a result. */

import { isSystemError } from "@skykoi/fault";

import type { ToolResult } from "../../port.ts";
import { failed } from "../define-tool.ts";
import type { FileOperations } from "./file-operations.ts";
import type { PathGuard } from "./path-guard.ts";

export interface FileToolOptions {
  readonly paths: PathGuard;
  readonly files: FileOperations;
}

export const withPath = async (
  paths: PathGuard,
  path: string,
  work: (realPath: string) => Promise<ToolResult>,
): Promise<ToolResult> => {
  try {
    const resolved = await paths.resolve(path);
    return resolved.ok ? await work(resolved.path) : failed(resolved.reason);
  } catch (thrown) {
    if (!isSystemError(thrown)) throw thrown;
    return failed(`${path}: ${meaning(thrown.code)}.`);
  }
};

const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "this is a directory",
  ENOTDIR: "a part of the path is a file, not a directory",
  ENAMETOOLONG: "the name is too long",
  ESTALE: "the path was changed while it was opened",
  ELOOP: "the symbolic links go in a circle",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  ABORT_ERR: "stopped before it was finished",
};

const meaning = (code: string): string => MEANINGS[code] ?? `the file system answered ${code}`;
