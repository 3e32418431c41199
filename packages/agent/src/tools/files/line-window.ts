/** Takes some lines out of a stream of bytes, of whatever length both are, without holding more than it gives back. */

const NEWLINE = 0x0a;

export interface LineWindowOptions {
  /** First line wanted, from 1. */
  readonly offset: number;
  readonly maxLines: number;
  readonly maxBytes: number;
}

export interface LineWindow {
  /** Takes the next bytes; true when no more are needed. */
  push(chunk: Uint8Array): boolean;
  /** What was taken, after the last bytes. */
  result(): LineWindowResult;
}

export interface LineWindowResult {
  readonly text: string;
  /** The number of whole or cut lines in `text`. */
  readonly lineCount: number;
  /** Lines seen, those before the window included. */
  readonly seenLines: number;
  /** Something follows the window. */
  readonly more: boolean;
  /** The only line in `text` is longer than `maxBytes` and was cut. */
  readonly cut: boolean;
}

export const createLineWindow = ({ offset, maxLines, maxBytes }: LineWindowOptions): LineWindow => {
  const lines: Uint8Array[] = [];
  let takenBytes = 0;
  let line: Uint8Array[] = [];
  let lineBytes = 0;
  let lineNumber = 1;
  /** Bytes of the current line have been seen. */
  let lineOpen = false;
  let more = false;
  let cut = false;

  const endLine = (): void => {
    if (lineNumber >= offset) {
      lines.push(Buffer.concat(line));
      takenBytes += lineBytes + 1;
      line = [];
      lineBytes = 0;
    }
    lineNumber++;
    lineOpen = false;
  };

  /** False when the window is full and the piece does not belong to it. */
  const takePiece = (piece: Uint8Array): boolean => {
    lineOpen = true;
    if (lineNumber < offset) return true;
    const roomBytes = maxBytes - takenBytes;
    if (lines.length < maxLines && lineBytes + piece.byteLength <= roomBytes) {
      line.push(piece);
      lineBytes += piece.byteLength;
      return true;
    }
    more = true;
    if (lines.length === 0) {
      line.push(piece.subarray(0, roomBytes - lineBytes));
      lines.push(Buffer.concat(line));
      cut = true;
    }
    line = [];
    lineOpen = false;
    return false;
  };

  return {
    push: (chunk) => {
      let start = 0;
      while (start < chunk.byteLength) {
        const newline = chunk.indexOf(NEWLINE, start);
        const end = newline === -1 ? chunk.byteLength : newline;
        if (!takePiece(chunk.subarray(start, end))) return true;
        if (newline === -1) break;
        endLine();
        start = newline + 1;
      }
      return false;
    },
    result: () => {
      if (lineOpen) endLine();
      return { text: lines.map(decode).join("\n"), lineCount: lines.length, seenLines: lineNumber - 1, more, cut };
    },
  };
};

/** As a stream, so that a character cut in two at the end is left out instead of being replaced. */
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes, { stream: true });
