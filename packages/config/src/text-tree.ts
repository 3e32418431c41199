/** Where everything stands in JSON5 text: a tree of spans, to show problems and to edit without touching the rest. */

import JSON5 from "json5";

export type TextNode = ObjectText | ArrayText | ScalarText;

interface Span {
  /** Offset of the first character of the value. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
}

export interface ObjectText extends Span {
  readonly kind: "object";
  readonly members: readonly MemberText[];
}

export interface ArrayText extends Span {
  readonly kind: "array";
  readonly items: readonly ItemText[];
}

interface ScalarText extends Span {
  readonly kind: "scalar";
}

export interface ItemText {
  readonly value: TextNode;
  /** Offset of the comma behind it. */
  readonly comma?: number;
}

interface MemberText extends ItemText {
  readonly key: string;
  /** Offset of the key. */
  readonly start: number;
}

/** `text` must be valid JSON5. */
export const scanText = (text: string): TextNode => scanValue({ text, at: 0 });

interface Cursor {
  readonly text: string;
  at: number;
}

const BLANK_OR_COMMENT = /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const QUOTED = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y;
const BARE = /[^\s,:[\]{}"'/]+/y;

const scanValue = (cursor: Cursor): TextNode => {
  skip(cursor, BLANK_OR_COMMENT);
  const start = cursor.at;
  switch (cursor.text[start]) {
    case "{": {
      const members = scanItems(cursor, "}", scanMember);
      return { kind: "object", start, end: cursor.at, members };
    }
    case "[": {
      const items = scanItems(cursor, "]", (inside) => ({ value: scanValue(inside) }));
      return { kind: "array", start, end: cursor.at, items };
    }
    default:
      void (skip(cursor, QUOTED) || skip(cursor, BARE));
      return { kind: "scalar", start, end: cursor.at };
  }
};

const scanItems = <T extends ItemText>(cursor: Cursor, close: string, scanItem: (cursor: Cursor) => T): T[] => {
  const items: T[] = [];
  cursor.at++;
  while (cursor.at < cursor.text.length) {
    skip(cursor, BLANK_OR_COMMENT);
    if (cursor.text[cursor.at] === close) break;
    const before = cursor.at;
    const item = scanItem(cursor);
    skip(cursor, BLANK_OR_COMMENT);
    const comma = cursor.text[cursor.at] === "," ? cursor.at : undefined;
    items.push(comma === undefined ? item : { ...item, comma });
    // Text that is not JSON5 must not stop the scan.
    if (comma !== undefined || cursor.at === before) cursor.at++;
  }
  cursor.at++;
  return items;
};

const scanMember = (cursor: Cursor): MemberText => {
  const start = cursor.at;
  const written = skip(cursor, QUOTED) || skip(cursor, BARE);
  skip(cursor, BLANK_OR_COMMENT);
  cursor.at++;
  return { key: keyOf(written), start, value: scanValue(cursor) };
};

/** The key that is meant: quotes and escapes are its writing only. */
const keyOf = (written: string): string => {
  if (!/["'\\]/.test(written)) return written;
  try {
    const parsed: object = JSON5.parse(`{${written}:0}`);
    return Object.keys(parsed)[0] ?? written;
  } catch {
    // Text that is not JSON5 must not stop the scan.
    return written;
  }
};

/** Moves over what matches here and gives it back. */
const skip = (cursor: Cursor, pattern: RegExp): string => {
  pattern.lastIndex = cursor.at;
  const matched = pattern.exec(cursor.text)?.[0] ?? "";
  cursor.at += matched.length;
  return matched;
};
