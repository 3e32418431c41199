/** Text as a person would see it: without the characters that hide instructions from eyes but not from a model. */

import { stripVTControlCharacters } from "node:util";

export interface VisibleText {
  readonly text: string;
  /** What was taken out, by kind; only kinds that occurred. */
  readonly removed: Readonly<Partial<Record<RemovedKind, number>>>;
}

type RemovedKind = "tag characters" | "direction marks" | "invisible characters" | "control characters";

/** Letters of the ASCII alphabet without a glyph (U+E0000 block) and the variation selectors that can carry bytes. */
const TAGS = /[\u{E0000}-\u{E0FFF}]|[\uFE00-\uFE0F](?=[\uFE00-\uFE0F])/gu;
/** Embeddings, overrides, isolates and marks that make text read in another order than it is written. */
const DIRECTION = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const INVISIBLE =
  // oxlint-disable-next-line no-misleading-character-class -- single characters, whatever they combine with
  /[\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u2060-\u2065\u206A-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]/gu;
/** The joiners stay between letters of scripts and between pictures that need them; elsewhere they are only invisible. */
const IDLE_JOINER =
  /(?<![[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]--\p{ASCII}])[\u200C\u200D]|[\u200C\u200D](?![[\p{L}\p{M}\p{Extended_Pictographic}]--\p{ASCII}])/gv;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu;
export const visibleText = (input: string): VisibleText => {
  const removed: Partial<Record<RemovedKind, number>> = {};
  const without = (text: string, pattern: RegExp, kind: RemovedKind): string => {
    let count = 0;
    const rest = text.replaceAll(pattern, () => {
      count += 1;
      return "";
    });
    if (count > 0) removed[kind] = (removed[kind] ?? 0) + count;
    return rest;
  };

  let text = input
    .toWellFormed()
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[\u2028\u2029]/g, "\n");
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u001B\u009B]/.test(text)) {
    const plain = stripVTControlCharacters(text);
    if (plain.length < text.length) removed["control characters"] = text.length - plain.length;
    text = plain;
  }
  text = without(text, TAGS, "tag characters");
  text = without(text, DIRECTION, "direction marks");
  text = without(text, INVISIBLE, "invisible characters");
  text = without(text, IDLE_JOINER, "invisible characters");
  text = without(text, CONTROL, "control characters");
  return { text, removed };
};
