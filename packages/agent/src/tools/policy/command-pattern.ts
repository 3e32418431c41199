/**
 * Patterns of commands: words parted by blanks, `*` for any characters within one argument, a final `**` for any further
 * arguments, `''` for an empty one; a backslash takes the meaning from a blank, a star and itself. A first word with a slash
 * is compared with the path of the program, one without with its name. `> /tmp/*` is about the files a redirection writes.
 */

import type { Word } from "./word-reader.ts";

/** A command with what is known of its program. */
export interface PatternSubject {
  readonly words: readonly Word[];
  /** Real path; undefined for what the shell does itself or cannot be found. */
  readonly path: string | undefined;
}

/** Sure to match, whatever is decided when it runs. A pattern stands for its arguments alone. */
export const allows = (pattern: string, subject: PatternSubject): boolean => {
  const [program = "", ...args] = tokens(pattern);
  const [name, ...given] = subject.words;
  if (name?.kind !== "literal") return false;
  const calledByName = !name.text.includes("/") || name.text === ">";
  const isProgram = program.includes("/")
    ? subject.path !== undefined && toRegExp(program).test(subject.path)
    : calledByName && toRegExp(program).test(name.text);
  return isProgram && argumentsMatch(args, given);
};

/** May match: a pattern stands for everything that begins like it, and a program for itself under every path. */
export const mayMatch = (pattern: string, subject: PatternSubject): boolean => {
  const [program = "", ...args] = tokens(pattern);
  const [name, ...given] = subject.words;
  if (name === undefined) return false;
  if (name.kind === "dynamic") return true;
  const names = program.includes("/")
    ? [name.text, ...(subject.path === undefined ? [] : [subject.path])]
    : [name.text, baseName(name.text), ...(subject.path === undefined ? [] : [baseName(subject.path)])];
  return names.some((text) => toRegExp(program).test(text)) && argumentsMayMatch(args, given);
};

/** The pattern of exactly this command; undefined when something of it is decided when it runs. */
export const exactPattern = (words: readonly Word[]): string | undefined => {
  const parts = words.map((word) => (word.kind === "literal" ? escapeToken(word.text) : undefined));
  return parts.includes(undefined) ? undefined : parts.join(" ");
};

const argumentsMatch = (patterns: readonly string[], given: readonly Word[]): boolean => {
  const rest = patterns.at(-1) === "**";
  const fixed = rest ? patterns.slice(0, -1) : patterns;
  if (given.length < fixed.length || (!rest && given.length > fixed.length)) return false;
  return fixed.every((pattern, index) => {
    const word = given[index];
    if (word?.kind === "literal") return toRegExp(pattern).test(word.text);
    return word?.single === true && pattern === "*";
  });
};

const argumentsMayMatch = (patterns: readonly string[], given: readonly Word[]): boolean => {
  for (const [index, pattern] of patterns.entries()) {
    if (pattern === "**") return true;
    const word = given[index];
    if (word === undefined) return false;
    // From here on nothing is sure any more.
    if (word.kind === "dynamic" && !word.single) return true;
    if (word.kind === "literal" && !toRegExp(pattern).test(word.text)) return false;
  }
  return true;
};

const tokens = (pattern: string): string[] => pattern.trim().match(/(?:\\[^]|[^ \\])+/g) ?? [];

const toRegExp = (token: string): RegExp => {
  if (token === "''") return /^$/;
  const pieces = token.match(/\\[^]|[^]/gu) ?? [];
  const source = pieces.map((piece) => (piece === "*" ? ".*" : RegExp.escape(piece.replace(/^\\([^])/u, "$1"))));
  return new RegExp(`^${source.join("")}$`, "su");
};

const escapeToken = (text: string): string => (text === "" ? "''" : text.replaceAll(/[\\* ]/g, String.raw`\$&`));

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
