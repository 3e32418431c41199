/** Finds the line of each key in JSON5 text, so that a problem can be shown where it was written. */

import { joinPath } from "@skykoi/schema";

/** The line (from 1) of a path, or of the nearest part of it that is written. `text` must be valid JSON5. */
export const createLocator = (text: string): ((path: string) => number | undefined) => {
  const offsets = new Map<string, number>();
  scanValue({ text, at: 0, offsets }, "");
  return (path) => {
    for (let here: string | undefined = path; here !== undefined; here = parentPath(here)) {
      const offset = offsets.get(here);
      if (offset !== undefined) return text.slice(0, offset).split("\n").length;
    }
    return undefined;
  };
};

/** The path one level up, or undefined at the top. */
const parentPath = (path: string): string | undefined => {
  const cut = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  if (cut > 0) return path.slice(0, cut);
  return path === "" ? undefined : "";
};

interface Cursor {
  readonly text: string;
  readonly offsets: Map<string, number>;
  at: number;
}

const BLANK_OR_COMMENT = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const QUOTED = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y;
const BARE = /[^\s,:[\]{}"'/]+/y;

const scanValue = (cursor: Cursor, path: string): void => {
  skip(cursor, BLANK_OR_COMMENT);
  if (!cursor.offsets.has(path)) cursor.offsets.set(path, cursor.at);
  switch (cursor.text[cursor.at]) {
    case "{":
      return scanItems(cursor, "}", () => scanMember(cursor, path));
    case "[": {
      let index = 0;
      return scanItems(cursor, "]", () => scanValue(cursor, joinPath(path, index++)));
    }
    default:
      void (skip(cursor, QUOTED) || skip(cursor, BARE));
  }
};

const scanItems = (cursor: Cursor, end: string, scanItem: () => void): void => {
  cursor.at++;
  while (cursor.at < cursor.text.length) {
    skip(cursor, BLANK_OR_COMMENT);
    if (cursor.text[cursor.at] === end) break;
    const before = cursor.at;
    scanItem();
    skip(cursor, BLANK_OR_COMMENT);
    if (cursor.text[cursor.at] === "," || cursor.at === before) cursor.at++;
  }
  cursor.at++;
};

const scanMember = (cursor: Cursor, path: string): void => {
  const start = cursor.at;
  const written = skip(cursor, QUOTED) || skip(cursor, BARE);
  const memberPath = joinPath(path, written.replace(/^["']|["']$/g, ""));
  cursor.offsets.set(memberPath, start);
  skip(cursor, BLANK_OR_COMMENT);
  cursor.at++;
  scanValue(cursor, memberPath);
};

/** Moves over what matches here and gives it back. */
const skip = (cursor: Cursor, pattern: RegExp): string => {
  pattern.lastIndex = cursor.at;
  const matched = pattern.exec(cursor.text)?.[0] ?? "";
  cursor.at += matched.length;
  return matched;
};
