/** The words of a search, and the part of a text that shows where they are. */

/** Characters on each side of the hit. */
const AROUND = 80;

/** As the index cuts them: letters and digits, without what is between them. */
export const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];

/** About 160 characters around the first of the words, on one line; the beginning when none is found as it is written. */
export const excerpt = (text: string, words: readonly string[]): string => {
  const plain = plainOf(text);
  const hits = words.map((word) => plain.indexOf(plainOf(word))).filter((at) => at >= 0);
  const hit = hits.length > 0 ? Math.min(...hits) : 0;
  const characters = Array.from(text);
  const start = Math.max(0, hit - AROUND);
  const end = Math.min(characters.length, hit + AROUND);
  const shown = characters.slice(start, end).join("").replaceAll(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${shown}${end < characters.length ? "…" : ""}`;
};

/** Without case and accents, one character for each of the text's. */
const plainOf = (text: string): string =>
  Array.from(text, (character) => character.normalize("NFD").charAt(0).toLowerCase().charAt(0) || " ").join("");
