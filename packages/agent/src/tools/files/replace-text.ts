/** The decision of an edit: exactly one place, or all of them, or a reason that helps with the next attempt. */

export interface Replacement {
  readonly oldText: string;
  readonly newText: string;
  readonly replaceAll: boolean;
}

export type ReplaceOutcome =
  | { readonly ok: true; readonly content: string; readonly lines: readonly number[] }
  | { readonly ok: false; readonly reason: string };

const MAX_LINES_NAMED = 10;
const MAX_QUOTED_CHARS = 500;

export const replaceText = (content: string, replacement: Replacement): ReplaceOutcome => {
  const { oldText, newText, replaceAll } = inLineEndingsOf(content, replacement);
  if (oldText === newText) return { ok: false, reason: "oldText and newText are the same; nothing would change." };

  const places = placesOf(content, oldText);
  const [first] = places;
  if (first === undefined) return { ok: false, reason: notFound(content, oldText) };
  const lines = linesOf(content, places);
  if (replaceAll) return { ok: true, content: content.split(oldText).join(newText), lines };
  if (places.length > 1) return { ok: false, reason: notUnique(lines) };
  return { ok: true, content: content.slice(0, first) + newText + content.slice(first + oldText.length), lines };
};

/** In a file with CRLF line ends, text written with LF means the same lines. */
const inLineEndingsOf = (content: string, replacement: Replacement): Replacement => {
  const { oldText, newText } = replacement;
  if (content.includes(oldText) || !content.includes("\r\n") || oldText.includes("\r\n")) return replacement;
  return { ...replacement, oldText: oldText.replaceAll("\n", "\r\n"), newText: newText.replaceAll(/\r?\n/g, "\r\n") };
};

const placesOf = (content: string, text: string): number[] => {
  const places: number[] = [];
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + text.length)) places.push(at);
  return places;
};

/** The line numbers, from 1, of places in ascending order. */
const linesOf = (content: string, places: readonly number[]): number[] => {
  let line = 1;
  let at = -1;
  return places.map((place) => {
    for (;;) {
      const next = content.indexOf("\n", at + 1);
      if (next === -1 || next >= place) return line;
      at = next;
      line++;
    }
  });
};

const notUnique = (lines: readonly number[]): string =>
  `oldText occurs ${lines.length} times (lines ${nameLines(lines)}). Give more of the text around the one you mean, or set replaceAll.`;

/** The first of them, and whether there are more. */
export const nameLines = (lines: readonly number[]): string =>
  lines.slice(0, MAX_LINES_NAMED).join(", ") + (lines.length > MAX_LINES_NAMED ? ", …" : "");

const notFound = (content: string, oldText: string): string => {
  const similar = similarText(content, oldText);
  if (similar === undefined) return "oldText does not occur in the file. Read the file and copy the text exactly.";
  return `oldText does not occur exactly, but line ${similar.line} differs only in white space. It reads:\n${similar.text}`;
};

/** The lines that equal `oldText` when white space is not counted. */
const similarText = (content: string, oldText: string): { line: number; text: string } | undefined => {
  const wanted = oldText.split("\n").map(withoutSpace);
  const lines = content.split("\n");
  const bare = lines.map(withoutSpace);
  const index = bare.findIndex((_, start) => wanted.every((line, offset) => bare[start + offset] === line));
  if (index === -1 || wanted.every((line) => line === "")) return undefined;
  const text = lines.slice(index, index + wanted.length).join("\n");
  return { line: index + 1, text: text.slice(0, MAX_QUOTED_CHARS) };
};

const withoutSpace = (line: string): string => line.replaceAll(/\s+/g, "");
