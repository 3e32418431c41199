/** A log file that moves aside when it is full, so that a few of limited size remain; only its user may read it. */

import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface LogFileOptions {
  readonly path: string;
  readonly maxBytes: number;
  /** `path`, then `path.1` (newer) to `path.<files - 1>` (oldest). */
  readonly files: number;
}

export interface LogFile {
  /** Written before it returns, so that the last words of a crash are there. A disk that refuses loses the line. */
  append(line: string): void;
  /** Of at most so many characters, whole lines only. */
  lastLines(maxCharacters: number): string[];
  size(): number;
  close(): void;
}

export const createLogFile = ({ path, maxBytes, files }: LogFileOptions): LogFile => {
  let descriptor: number | undefined;
  let size = 0;

  const open = (): number | undefined => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    descriptor = openSync(path, "a+", 0o600);
    size = fstatSync(descriptor).size;
    // A line that a kill tore must not swallow the next one.
    if (size > 0 && read(descriptor, size - 1, 1) !== "\n") size += writeSync(descriptor, "\n");
    return descriptor;
  };

  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };

  const moveAside = (): void => {
    close();
    for (let at = files - 1; at >= 1; at--) {
      const newer = at === 1 ? path : `${path}.${at - 1}`;
      if (existsSync(newer)) renameSync(newer, `${path}.${at}`);
    }
  };

  const append = (line: string): void => {
    const bytes = Buffer.from(`${line}\n`, "utf8");
    if (size > 0 && size + bytes.length > maxBytes) moveAside();
    const target = descriptor ?? open();
    if (target !== undefined) size += writeSync(target, bytes);
  };

  attempt(open);
  return {
    append: (line) => attempt(() => append(line)),
    lastLines: (maxCharacters) => {
      if (descriptor === undefined || size === 0) return [];
      const length = Math.min(size, Math.floor(maxCharacters));
      const text = read(descriptor, size - length, length);
      const lines = text.split("\n").filter((line) => line !== "");
      return length < size ? lines.slice(1) : lines;
    },
    size: () => size,
    close: () => attempt(close),
  };
};

const read = (descriptor: number, position: number, length: number): string => {
  const buffer = Buffer.alloc(length);
  return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, length, position));
};

/** There is nobody to tell: the log itself is what failed. Standard error still has the line. */
const attempt = (work: () => unknown): void => {
  try {
    work();
  } catch {
    // The next line tries again.
  }
};
