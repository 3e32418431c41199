/** What a program wrote, as text for a reader without a terminal: no colours, no overwritten lines, no binary noise. */

import { stripVTControlCharacters } from "node:util";

/** Share of characters that are no text, from which on the whole is called binary. */
const MAX_NOISE = 0.1;
const MIN_NOISE_CHARS = 4;

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const NOISE = /[\0-\x06\x0e-\x1a\x1c-\x1f\ufffd]/g;
// oxlint-disable-next-line no-control-regex -- these are what is left out
const TAKEN_BACK = /[^\n]\x08/g;
const OVERWRITTEN = /^.*\r/gm;
// oxlint-disable-next-line no-control-regex -- these are what is left out
const CONTROL = /[\0-\x07\x0b\x0c\x0e-\x1f\x7f]/g;

export const readableText = (bytes: Uint8Array): string => {
  const whole = bytes.subarray(startOfCharacter(bytes));
  // As a stream, so that a character cut in two at the end is left out instead of being replaced.
  const decoded = new TextDecoder().decode(whole, { stream: true });
  const noise = decoded.match(NOISE)?.length ?? 0;
  if (noise >= MIN_NOISE_CHARS && noise > decoded.length * MAX_NOISE) {
    return `[${bytes.byteLength} bytes of binary output are not shown; write them to a file to work with them]`;
  }
  const lines = stripVTControlCharacters(decoded).replaceAll("\r\n", "\n").replaceAll(/\r+$/gm, "");
  return lines.replaceAll(OVERWRITTEN, "").replaceAll(TAKEN_BACK, "").replaceAll(CONTROL, "");
};

/** A cut in the middle of a character leaves at most three bytes that continue it. */
const startOfCharacter = (bytes: Uint8Array): number => {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return start;
};
