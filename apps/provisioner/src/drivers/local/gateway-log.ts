/** The output of an instance's process: one file, bounded by rotation at start. */

import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

import { redact } from "@skykoi/log";

const MAX_LOG_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 4_096;
const MAX_LAST_WORDS = 300;

/** Opens the log for appending and gives its file descriptor; a large one becomes `gateway.log.1` first. */
export const openGatewayLog = (directory: string, maxBytes = MAX_LOG_BYTES): number => {
  const path = logPath(directory);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
};

/** The last line that is meant for a person (log lines are JSON), without secrets; undefined when there is none. */
export const lastWords = (directory: string): string | undefined => {
  const line = readTail(logPath(directory))
    .split("\n")
    .map((text) => text.trim())
    .findLast((text) => text !== "" && !text.startsWith("{"));
  return line === undefined ? undefined : String(redact(line)).slice(0, MAX_LAST_WORDS);
};

const readTail = (path: string): string => {
  if (!statSync(path, { throwIfNoEntry: false })) return "";
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8");
  } finally {
    closeSync(file);
  }
};

const logPath = (directory: string): string => join(directory, "gateway.log");
