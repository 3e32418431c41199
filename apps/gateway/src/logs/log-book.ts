/** What the gateway wrote to its log lately, in memory and in files of limited size that only its user may read. */

import type { LogLevel } from "@skykoi/log";

import { createLogFile, type LogFile } from "./log-file.ts";

export interface LogBook {
  /** One line without its newline, secrets already redacted. Never throws: a log is no reason to fail. */
  write(line: string): void;
  /** From here on lines are in the file, too, also those written before. The caller holds the lock of the home. */
  open(): void;
  tail(query: LogQuery): LogPage;
  close(): void;
}

interface LogQuery {
  readonly cursor?: number;
  readonly limit?: number;
  readonly maxCharacters?: number;
  readonly level?: LogLevel;
}

interface LogPage {
  readonly file: string;
  readonly cursor: number;
  readonly size: number;
  readonly lines: string[];
  readonly truncated: boolean;
  readonly reset: boolean;
}

export interface LogBookOptions {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Characters held in memory. */
  readonly maxCharacters?: number;
  readonly maxFileBytes?: number;
  /** Files that are kept, the one that is written included. */
  readonly files?: number;
}

const RANK: Record<string, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export const createLogBook = (options: LogBookOptions): LogBook => {
  const { path, now = Date.now, maxCharacters = 256 * 1024, maxFileBytes = 4 * 1024 * 1024, files = 3 } = options;
  // Cursors of a later process are greater, so that one of an earlier process is never taken for one of now.
  const base = now() * 1000;
  let lines: string[] = [];
  let first = base;
  let characters = 0;
  let file: LogFile | undefined;

  const drop = (): void => {
    while (characters > maxCharacters && lines.length > 1) {
      characters -= lines.shift()?.length ?? 0;
      first++;
    }
  };

  return {
    write: (line) => {
      lines.push(line);
      characters += line.length;
      drop();
      file?.append(line);
    },
    open: () => {
      file = createLogFile({ path, maxBytes: maxFileBytes, files });
      const earlier = file.lastLines(maxCharacters / 4);
      for (const line of lines) file.append(line);
      lines = [...earlier, ...lines];
      first -= earlier.length;
      characters += earlier.reduce((sum, line) => sum + line.length, 0);
      drop();
    },
    tail: ({ cursor, limit = 200, maxCharacters: room = 250_000, level = "debug" }) => {
      const end = first + lines.length;
      const reset = cursor !== undefined && cursor > end;
      const isFollowing = cursor !== undefined && !reset;
      // A follower has seen what an earlier process wrote.
      const from = isFollowing ? Math.max(cursor, first, base) : first;
      const wanted = lines
        .map((line, at) => ({ line, at: first + at }))
        .slice(from - first)
        .filter(({ line }) => rankOf(line) >= (RANK[level] ?? 0));
      const fitting = fit(isFollowing ? wanted : wanted.toReversed(), limit, room);
      const isWhole = fitting.length === wanted.length;
      return {
        file: path,
        // Nothing is left out for a follower: what did not fit comes with the next call.
        cursor: isFollowing && !isWhole ? (fitting.at(-1)?.at ?? from) + 1 : end,
        size: file?.size() ?? 0,
        lines: (isFollowing ? fitting : fitting.toReversed()).map(({ line }) => line),
        truncated: isFollowing ? cursor < from : !isWhole || first > base,
        reset,
      };
    },
    close: () => {
      file?.close();
      file = undefined;
    },
  };
};

/** As many as there is room for; always one, so that a follower gets on. */
const fit = <T extends { readonly line: string }>(candidates: readonly T[], limit: number, room: number): T[] => {
  let used = 0;
  const end = candidates.findIndex(
    ({ line }, at) => at >= limit || (at > 0 && used + line.length > room) || ((used += line.length), false),
  );
  return candidates.slice(0, end === -1 ? candidates.length : end);
};

const rankOf = (line: string): number => RANK[/"level":"(\w+)"/.exec(line)?.[1] ?? ""] ?? RANK["error"] ?? 0;
