/** The workspace's own files that the agent always has in mind, in their order and within their limit. */

import { constants, type BigIntStats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";

import { hasErrno } from "@skykoi/fault";

import { createPathGuard, type PathGuard } from "../tools/files/path-guard.ts";

export const MAX_FILE_CHARS = 20_000;

/** A character of UTF-8 is never longer. */
const MAX_BYTES_A_CHAR = 4;

export interface WorkspaceFile {
  readonly name: string;
  /** At most 20,000 characters and, when the file is longer, a line that says so. */
  readonly text: string;
}

export interface WorkspaceReaderOptions {
  readonly workspace: string;
  /** Paths whose content must not reach the prompt, also not through a link. */
  readonly protectedPaths: readonly string[];
  /** Milliseconds since the epoch, on the clock of the file system. */
  readonly now?: () => number;
}

interface WorkspaceTurn {
  /** MEMORY.md holds what concerns the owner alone: it is read for the owner's main session only. */
  readonly mainSession: boolean;
  /** Nothing has been answered in this session yet; only then BOOTSTRAP.md is read. */
  readonly firstTurn: boolean;
}

/** Files that are missing, empty or unreadable are left out. What has not changed since the last turn is not read again. */
export type ReadWorkspaceFiles = (turn: WorkspaceTurn) => Promise<readonly WorkspaceFile[]>;

export const createWorkspaceReader = (options: WorkspaceReaderOptions): ReadWorkspaceFiles => {
  const { workspace, protectedPaths, now = Date.now } = options;
  const paths = createPathGuard({ workspace, home: workspace, protectedPaths });
  const known = new Map<string, KnownFile>();

  const read = async (name: string): Promise<string> => {
    const path = join(workspace, name);
    const stats = await statOf(path);
    const before = known.get(name);
    if (stats && before && isSame(stats, before.stats)) return before.text;
    known.delete(name);
    if (!stats) return "";
    const text = ((await readCapped(paths, path, name)) ?? "").trim();
    if (now() - Number(stats.mtimeMs) > SETTLED_AFTER_MS) known.set(name, { stats, text });
    return text;
  };

  return async ({ mainSession, firstTurn }) => {
    const names = [...ALWAYS, ...(firstTurn ? ["BOOTSTRAP.md"] : []), ...(mainSession ? ["MEMORY.md"] : [])];
    const texts = await Promise.all(names.map(read));
    return names.flatMap((name, index) => {
      const text = texts[index] ?? "";
      return text === "" ? [] : [{ name, text }];
    });
  };
};

const ALWAYS = ["AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md"];

/** A file written twice within one tick of its clock looks unchanged; one that was just written is not remembered. */
const SETTLED_AFTER_MS = 2_000;

interface KnownFile {
  readonly stats: BigIntStats;
  readonly text: string;
}

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

const UNREADABLE = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EISDIR"];

/** Of the file a link leads to. */
const statOf = async (path: string): Promise<BigIntStats | undefined> => {
  try {
    return await stat(path, { bigint: true });
  } catch (thrown) {
    if (hasErrno(thrown, ...UNREADABLE)) return undefined;
    throw thrown;
  }
};

const readCapped = async (paths: PathGuard, path: string, name: string): Promise<string | undefined> => {
  try {
    const resolved = await paths.resolve(path);
    return resolved.ok ? await readStart(resolved.path, name) : undefined;
  } catch (thrown) {
    if (hasErrno(thrown, ...UNREADABLE)) return undefined;
    throw thrown;
  }
};

const readStart = async (path: string, name: string): Promise<string | undefined> => {
  // Without waiting: a named pipe in the place of a file must not hold up the run.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const buffer = Buffer.alloc(Math.min(stats.size, (MAX_FILE_CHARS + 1) * MAX_BYTES_A_CHAR));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0);
    return cap(new TextDecoder().decode(buffer.subarray(0, bytesRead), { stream: true }), name, stats.size);
  } finally {
    await handle.close();
  }
};

const cap = (text: string, name: string, sizeBytes: number): string => {
  if (text.length <= MAX_FILE_CHARS) return text;
  return `${text.slice(0, MAX_FILE_CHARS)}\n[${name} is cut here after ${MAX_FILE_CHARS} characters of its ${sizeBytes} bytes; read the file for the rest]`;
};
