/** Shortens a text to a number of tokens, so that who reads it sees that and how much is missing. */

import { estimateTextTokens } from "@skykoi/model";

/** No character is estimated at more. */
const MAX_TOKENS_A_CHAR = 1.4;
const HEAD_SHARE = 0.6;

/** Beginning and end with a marker between them, at most `maxTokens`; the marker alone where nothing else fits. */
export const cutText = (text: string, maxTokens: number): string => {
  if (text.length * MAX_TOKENS_A_CHAR < maxTokens) return text;
  const tokens = estimateTextTokens(text);
  if (tokens <= maxTokens) return text;
  let kept = Math.max(0, Math.floor((text.length * (maxTokens - MARKER_TOKENS)) / tokens));
  for (;;) {
    const cut = withMarker(text, kept);
    if (kept === 0 || estimateTextTokens(cut) <= maxTokens) return cut;
    kept = Math.floor(kept * SHRINK);
  }
};

const MARKER_TOKENS = 15;
const SHRINK = 0.9;

/** As `cutText`, by characters: cheap enough for every old text of every call. */
export const cutCharacters = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : withMarker(text, maxChars - MARKER_CHARS);

const MARKER_CHARS = 50;

const withMarker = (text: string, kept: number): string => {
  const head = Math.ceil(kept * HEAD_SHARE);
  const tail = kept - head;
  const left = text.length - kept;
  const end = tail === 0 ? "" : text.slice(-tail);
  return `${text.slice(0, head)}\n[… ${left} characters are left out here …]\n${end}`.trim().toWellFormed();
};
