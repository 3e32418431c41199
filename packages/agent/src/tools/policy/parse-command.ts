/** Which simple commands a shell command may run, and what it writes to and sets: the ground of the allow-list. */

import { createShellReader, type Token } from "./shell-reader.ts";
import { NotUnderstood, type Word } from "./word-reader.ts";

export interface SimpleCommand {
  /** The program and its arguments. */
  readonly words: readonly Word[];
}

export interface ParsedCommand {
  /** All that may run, also those in subshells and substitutions, in the order of the text. */
  readonly commands: readonly SimpleCommand[];
  /** Targets of redirections that write; duplicated descriptors and /dev/null are not among them. */
  readonly writes: readonly Word[];
  /** Names of variables that are set. */
  readonly assigns: readonly string[];
}

export type Parse =
  | { readonly ok: true; readonly parsed: ParsedCommand }
  /** A miss for the allow-list. */
  | { readonly ok: false; readonly reason: string };

const MAX_DEPTH = 8;
const MAX_CHARS = 32_768;

export const parseCommand = (text: string): Parse => {
  if (text.length > MAX_CHARS) return { ok: false, reason: "a command this long" };
  const found: Found = { commands: [], writes: [], assigns: [] };
  try {
    parseList(text, "end", found, 0);
    return { ok: true, parsed: found };
  } catch (thrown) {
    if (thrown instanceof NotUnderstood) return { ok: false, reason: thrown.message };
    throw thrown;
  }
};

interface Found {
  readonly commands: SimpleCommand[];
  readonly writes: Word[];
  readonly assigns: string[];
}

/** Words that begin or end a compound command where a command may stand; what follows them is a command again. */
const CONNECTING = new Set(["if", "then", "elif", "else", "while", "until", "do", "{", "!"]);
const CLOSING = new Set(["fi", "done", "}"]);
/** Words whose grammar is not read here. */
const UNREAD = new Set(["for", "case", "esac", "select", "function", "coproc", "time", "[[", "]]", "in"]);

/** Answers how many characters were read, the closing parenthesis included. */
const parseList = (text: string, closedBy: ")" | "end", found: Found, depth: number): number => {
  if (depth > MAX_DEPTH) throw new NotUnderstood("nesting this deep");
  const reader = createShellReader(text, (inner, end) => parseList(inner, end, found, depth + 1));
  let open = closedBy === ")" ? 1 : 0;
  let simple = createSimple(found);

  for (let token = reader.next(); token; token = reader.next()) {
    if (token.kind !== "operator") {
      simple.take(token);
      continue;
    }
    if (token.text === ";;") throw new NotUnderstood("a case");
    if (token.text === "(") {
      if (!simple.isEmpty()) throw new NotUnderstood("a parenthesis after a word");
      if (text[reader.position()] === "(") throw new NotUnderstood("an arithmetic command");
      open++;
      continue;
    }
    simple.end();
    simple = createSimple(found);
    if (token.text !== ")") continue;
    open--;
    if (open < 0) throw new NotUnderstood("a parenthesis that was not opened");
    if (open === 0 && closedBy === ")") return reader.position();
    simple.afterCompound();
  }
  simple.end();
  if (open !== 0) throw new NotUnderstood("a parenthesis that is not closed");
  return text.length;
};

/** Gathers one simple command from its tokens. */
const createSimple = (found: Found) => {
  const words: Word[] = [];
  let begun = false;
  let compoundEnded = false;

  const takeWord = (word: Word, raw: string): void => {
    if (compoundEnded) throw new NotUnderstood("a word after a compound command");
    if (words.length > 0) {
      words.push(word);
      return;
    }
    const name = assignedName(raw);
    if (name !== undefined) {
      begun = true;
      found.assigns.push(name);
      return;
    }
    if (!begun && CONNECTING.has(raw)) return;
    if (!begun && CLOSING.has(raw)) {
      compoundEnded = true;
      return;
    }
    if (UNREAD.has(raw)) throw new NotUnderstood(`"${raw}"`);
    if (word.kind === "dynamic") throw new NotUnderstood("a program that is only known when it runs");
    begun = true;
    words.push(word);
  };

  return {
    isEmpty: (): boolean => !begun && words.length === 0 && !compoundEnded,
    take: (token: Extract<Token, { kind: "word" | "redirect" }>): void => {
      if (token.kind === "word") {
        takeWord(token.word, token.raw);
        return;
      }
      begun ||= !compoundEnded;
      if (writesFile(token.text, token.target)) found.writes.push(token.target);
    },
    afterCompound: (): void => {
      compoundEnded = true;
    },
    end: (): void => {
      if (words.length > 0) found.commands.push({ words });
    },
  };
};

/** The name in `NAME=value` and `NAME+=value`. An array's subscript may hold a command. */
const assignedName = (raw: string): string | undefined => {
  const [, name, subscript] = /^([A-Za-z_]\w*)(\[)?/.exec(raw) ?? [];
  if (subscript !== undefined && raw.includes("=")) throw new NotUnderstood("an array");
  return name !== undefined && /^\+?=/.test(raw.slice(name.length)) ? name : undefined;
};

const writesFile = (redirect: string, target: Word): boolean => {
  if (redirect === "<" || redirect.startsWith("<<") || redirect === "<&") return false;
  if (target.kind !== "literal") return true;
  if (redirect === ">&" && /^(\d+-?|-)$/.test(target.text)) return false;
  return target.text !== "/dev/null";
};
