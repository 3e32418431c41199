/** Reads the words and operators of a shell command. What it does not fully understand it does not guess: it gives up. */

import { createWordReader, fail, METACHARACTER, type Nested, type ReadWord, type Word } from "./word-reader.ts";

export type Token =
  | { readonly kind: "word"; readonly word: Word; readonly raw: string }
  | { readonly kind: "operator"; readonly text: Operator }
  | { readonly kind: "redirect"; readonly text: Redirect; readonly target: Word };

const OPERATORS = ["&&", "||", ";;", "|&", ";", "&", "|", "(", ")", "\n"] as const;
type Operator = (typeof OPERATORS)[number];

const REDIRECTS = ["&>>", "<<<", "<<-", "&>", "<<", ">>", ">|", ">&", "<&", "<>", "<", ">"] as const;
type Redirect = (typeof REDIRECTS)[number];

export interface ShellReader {
  /** undefined at the end. Throws NotUnderstood. */
  next(): Token | undefined;
  /** Where the last token ended. Throws NotUnderstood when a here-document is still to come. */
  position(): number;
}

interface Heredoc {
  readonly end: string;
  readonly stripTabs: boolean;
  readonly expands: boolean;
}

const BLANK = /[ \t]/;
export const createShellReader = (text: string, nested: Nested): ShellReader => {
  const cursor = { text, at: 0 };
  const readAnyWord = createWordReader(cursor, nested);
  let heredocs: Heredoc[] = [];

  const startsWith = <T extends string>(candidates: readonly T[]): T | undefined =>
    candidates.find((candidate) => text.startsWith(candidate, cursor.at));

  const skipBlanks = (): void => {
    for (;;) {
      const character = text[cursor.at];
      if (character !== undefined && BLANK.test(character)) cursor.at++;
      // Only between words: anywhere else the shell joins what stands around it.
      else if (text.startsWith("\\\n", cursor.at) && /^[ \t\n]?$/.test(text[cursor.at - 1] ?? "")) cursor.at += 2;
      else if (character === "#") cursor.at = endOfLine(cursor.at);
      else return;
    }
  };

  const endOfLine = (from: number): number => {
    const newline = text.indexOf("\n", from);
    return newline === -1 ? text.length : newline;
  };

  const nextToken = (): Token | undefined => {
    skipBlanks();
    if (cursor.at >= text.length) {
      if (heredocs.length > 0) fail("a here-document without its end");
      return undefined;
    }
    const descriptor = /^(\d+|\{\w+\})(?=[<>])/.exec(text.slice(cursor.at, cursor.at + 64))?.[0];
    if (descriptor?.startsWith("{")) fail("a redirection to a named descriptor");
    if (descriptor !== undefined) cursor.at += descriptor.length;
    const redirect =
      text.startsWith("<(", cursor.at) || text.startsWith(">(", cursor.at) ? undefined : startsWith(REDIRECTS);
    if (redirect !== undefined) return readRedirect(redirect);
    if (/^[<>]\(/.test(text.slice(cursor.at, cursor.at + 2))) fail("a process substitution");
    const operator = startsWith(OPERATORS);
    if (operator === undefined) return { kind: "word", ...readWord() };
    cursor.at += operator.length;
    if (operator === "\n") readHeredocs();
    return { kind: "operator", text: operator };
  };

  const readRedirect = (redirect: Redirect): Token => {
    cursor.at += redirect.length;
    while (text[cursor.at] !== undefined && BLANK.test(text[cursor.at] ?? "")) cursor.at++;
    if (cursor.at >= text.length || METACHARACTER.test(text[cursor.at] ?? "")) fail("a redirection without a target");
    const { word, raw } = readWord();
    if (redirect === "<<" || redirect === "<<-") {
      if (word.kind !== "literal" || /[$`\n]/.test(raw)) return fail("a here-document with an unusual end");
      heredocs.push({ end: word.text, stripTabs: redirect === "<<-", expands: !/['"\\]/.test(raw) });
    }
    return { kind: "redirect", text: redirect, target: word };
  };

  const readWord = (): ReadWord => {
    const read = readAnyWord();
    if (heredocs.length > 0 && read.raw.includes("\n")) fail("a line break in the line of a here-document");
    return read;
  };

  /** The bodies follow the line that names their ends. */
  const readHeredocs = (): void => {
    const waiting = heredocs;
    heredocs = [];
    for (const { end, stripTabs, expands } of waiting) {
      for (;;) {
        if (cursor.at >= text.length) fail("a here-document without its end");
        const lineEnd = endOfLine(cursor.at);
        const line = text.slice(cursor.at, lineEnd);
        cursor.at = Math.min(lineEnd + 1, text.length);
        if ((stripTabs ? line.replace(/^\t+/, "") : line) === end) break;
        if (expands && /[$`\\]/.test(line)) fail("an expansion in a here-document");
      }
    }
  };

  return {
    next: nextToken,
    position: () => {
      if (heredocs.length > 0) fail("a here-document whose text lies outside");
      return cursor.at;
    },
  };
};
