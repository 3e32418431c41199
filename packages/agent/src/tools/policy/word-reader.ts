/** Reads one word of a shell command: quotes, escapes and expansions. */

/** One word as the shell would see it, before expansion. */
export type Word =
  /** Exactly this argument. */
  | { readonly kind: "literal"; readonly text: string }
  /** Decided when it runs. `single`: exactly one argument, whatever it is. */
  | { readonly kind: "dynamic"; readonly single: boolean };

/** A part of a command that this reader does not claim to understand, in words. */
export class NotUnderstood extends Error {}

export const fail = (what: string): never => {
  throw new NotUnderstood(what);
};

/** A text and how far it is read; shared by all who read it. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads what stands in `$(…)` and backticks; whatever commands are in there are the caller's business. */
export type Nested = (text: string, closedBy: ")" | "end") => number;

/** Ends a word outside of quotes. */
export const METACHARACTER = /[ \t\n;&|()<>]/;

/** `one`: part of one argument that is not known; `several`: may become several arguments, or none. */
type Piece = { readonly text: string } | "one" | "several";

export interface ReadWord {
  readonly word: Word;
  /** As it is written. */
  readonly raw: string;
}

export const createWordReader = (cursor: Cursor, nested: Nested): (() => ReadWord) => {
  const readWord = (): ReadWord => {
    const start = cursor.at;
    let literal = "";
    let dynamic = false;
    let several = false;
    const add = (piece: Piece): void => {
      if (piece === "one") dynamic = true;
      else if (piece === "several") several = true;
      else literal += piece.text;
    };
    while (cursor.at < cursor.text.length && !METACHARACTER.test(cursor.text[cursor.at] ?? "")) add(readPiece(start));
    if (cursor.text[cursor.at] === "(") fail("a function, an array or a pattern");
    const raw = cursor.text.slice(start, cursor.at);
    if (raw === "[" || raw === "{}") return { word: { kind: "literal", text: raw }, raw };
    if (several || dynamic) return { word: { kind: "dynamic", single: !several }, raw };
    return { word: { kind: "literal", text: literal }, raw };
  };

  const readPiece = (wordStart: number): Piece => {
    const character = cursor.text[cursor.at] ?? "";
    switch (character) {
      case "'":
        return { text: readUntil("'") };
      case '"':
        return readDoubleQuoted();
      case "\\":
        return readEscape();
      case "$":
        return readDollar(false) ?? "several";
      case "`":
        readBackticks();
        return "several";
      case "*":
      case "?":
      case "[":
      case "{":
      case "}":
        cursor.at++;
        return "several";
      case "~":
        cursor.at++;
        return cursor.at - 1 === wordStart || cursor.text[cursor.at - 2] === "=" || cursor.text[cursor.at - 2] === ":"
          ? "several"
          : { text: "~" };
      case "\r":
      case "\0":
        return fail("a control character");
      default:
        cursor.at++;
        return { text: character };
    }
  };

  const readUntil = (quote: string): string => {
    const end = cursor.text.indexOf(quote, cursor.at + 1);
    if (end === -1) fail("a quote that does not end");
    const inside = cursor.text.slice(cursor.at + 1, end);
    cursor.at = end + 1;
    return inside;
  };

  const readEscape = (): Piece => {
    const escaped = cursor.text[cursor.at + 1];
    if (escaped === undefined) return fail("a final backslash");
    if (escaped === "\n") return fail("a word over two lines");
    cursor.at += 2;
    return { text: escaped };
  };

  const readDoubleQuoted = (): Piece => {
    cursor.at++;
    let inside = "";
    let dynamic = false;
    for (;;) {
      const character = cursor.text[cursor.at];
      if (character === undefined) return fail("a quote that does not end");
      if (character === '"') break;
      if (character === "\\" && cursor.text[cursor.at + 1] === "\n") fail("a word over two lines");
      if (character === "\\" && /["$`\\]/.test(cursor.text[cursor.at + 1] ?? "")) {
        inside += cursor.text[cursor.at + 1] ?? "";
        cursor.at += 2;
      } else if (character === "$") {
        const piece = readDollar(true);
        if (piece === undefined) dynamic = true;
        else inside += piece.text;
      } else if (character === "`") {
        readBackticks();
        dynamic = true;
      } else {
        inside += character;
        cursor.at++;
      }
    }
    cursor.at++;
    return dynamic ? "one" : { text: inside };
  };

  /** undefined: an expansion; else a dollar sign that is one. */
  const readDollar = (quoted: boolean): { readonly text: string } | undefined => {
    const rest = cursor.text.slice(cursor.at + 1);
    if (rest.startsWith("(") && !rest.startsWith("((")) {
      cursor.at += 2;
      cursor.at += nested(cursor.text.slice(cursor.at), ")");
      return undefined;
    }
    const length = expansionLength(rest, quoted);
    cursor.at += 1 + length;
    return length > 0 ? undefined : { text: "$" };
  };

  const readBackticks = (): void => {
    const inside = readUntil("`");
    if (inside.includes("\\")) fail("a backslash in backticks");
    nested(inside, "end");
  };

  return readWord;
};

/** What follows a dollar sign and belongs to it; 0 when nothing does. Throws for what may hold commands. */
const expansionLength = (rest: string, quoted: boolean): number => {
  if (rest.startsWith("((")) {
    return /^\(\(([\d\s+*/%<>=!&|^~?:,.-]*)\)\)/.exec(rest)?.[0].length ?? fail("an arithmetic expansion");
  }
  if (rest.startsWith("[")) fail("an arithmetic expansion");
  if (!quoted && /^['"]/.test(rest)) fail("a quote after a dollar sign");
  const name = /^(\{[A-Za-z_]\w*\}|[A-Za-z_]\w*|[?#$!\d-])/.exec(rest)?.[0];
  // `$@` and `$*` are several arguments even in quotes; `${…}` with operators may hold commands.
  if (name === undefined && /^[{@*]/.test(rest)) fail("an expansion with operators");
  return name?.length ?? 0;
};
