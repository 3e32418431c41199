/** Reads a transcript from a place on, a bounded piece at a time, and cuts it into lines. */

import { parseLine } from "./entry-schema.ts";
import type { IndexedLine } from "./history-index.ts";
import type { TranscriptFiles } from "./transcript-files.ts";

export interface Lines {
  readonly lines: readonly IndexedLine[];
  /** Where the last of them ends, with its newline. */
  readonly endBytes: number;
}

const NEWLINE = 0x0a;
const PIECE_BYTES = 256 * 1024;

/** Whole lines between the two places; what follows the last newline is left out. */
export async function* readLines(
  files: Pick<TranscriptFiles, "read">,
  path: string,
  fromBytes: number,
  toBytes: number,
): AsyncGenerator<Lines> {
  let rest = Buffer.alloc(0);
  let position = fromBytes;
  while (position < toBytes) {
    const piece = await files.read(path, position, Math.min(PIECE_BYTES, toBytes - position));
    if (piece.byteLength === 0) return;
    position += piece.byteLength;
    const bytes = Buffer.concat([rest, piece]);
    const { lines, usedBytes } = cut(bytes, position - bytes.byteLength);
    rest = bytes.subarray(usedBytes);
    if (lines.length > 0) yield { lines, endBytes: position - rest.byteLength };
  }
}

const cut = (bytes: Buffer, offset: number): { lines: IndexedLine[]; usedBytes: number } => {
  const lines: IndexedLine[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    lines.push({ offset: offset + start, length: end - start, line: parseLine(bytes.toString("utf8", start, end)) });
    start = end + 1;
  }
  return { lines, usedBytes: start };
};
