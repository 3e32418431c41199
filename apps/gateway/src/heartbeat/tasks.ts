/** What HEARTBEAT.md asks for: nothing, as long as it only holds headings, comments and boxes that are empty or ticked. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

import { hasErrno } from "@skykoi/fault";

/** Whether the text asks for anything. */
export const hasTasks = (text: string): boolean =>
  text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "")
    .split("\n")
    .some((line) => !NOTHING.some((pattern) => pattern.test(line.trim())));

const NOTHING = [
  /^$/,
  // A heading, a rule, a fence.
  /^#{1,6}(?:\s|$)/,
  /^(?:-{3,}|\*{3,}|_{3,}|`{3,}\w*)$/,
  // A list item without text, an empty box, a box that is done.
  /^(?:[-*+]|\d+[.)])(?:\s*\[\s*\])?$/,
  /^(?:[-*+]|\d+[.)])\s*\[[xX]\]/,
];

/** A task list is no book. */
const MAX_BYTES = 1_000_000;

/** Reads the file again only when it changed. Answers a fingerprint of the tasks, undefined without any. */
export const createTasksReader = (path: string) => {
  let known: { readonly version: string; readonly tasks: string | undefined } | undefined;
  return async (): Promise<string | undefined> => {
    try {
      const { mtimeMs, ctimeMs, size, ino, isFile } = await statOf(path);
      if (!isFile || size > MAX_BYTES) return undefined;
      const version = [mtimeMs, ctimeMs, size, ino].join(" ");
      if (known?.version !== version) known = { version, tasks: tasksIn(await readFile(path, "utf8")) };
      return known.tasks;
    } catch (thrown) {
      if (hasErrno(thrown, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EISDIR")) return undefined;
      throw thrown;
    }
  };
};

const statOf = async (path: string) => {
  const stats = await stat(path);
  const { mtimeMs, ctimeMs, size, ino } = stats;
  return { mtimeMs, ctimeMs, size, ino, isFile: stats.isFile() };
};

const tasksIn = (text: string): string | undefined =>
  hasTasks(text) ? createHash("sha256").update(text).digest("hex").slice(0, 16) : undefined;
