/** Keeps the beginning and the end of an output of any length, in bounded memory. */

import { readableText } from "./readable-text.ts";

export interface OutputWindow {
  /** Copies what it keeps. */
  add(chunk: Uint8Array): void;
  /** Everything, or its head and its tail around a line that says how much is left out. */
  readonly text: () => string;
  /** The end of what has come so far. */
  readonly tail: (maxBytes: number) => string;
  readonly totalBytes: () => number;
  /** Bytes that are neither in the head nor in the tail. */
  readonly droppedBytes: () => number;
}

export interface OutputWindowOptions {
  readonly headBytes: number;
  readonly tailBytes: number;
}

const FIRST_ROOM_BYTES = 4_096;

export const createOutputWindow = ({ headBytes, tailBytes }: OutputWindowOptions): OutputWindow => {
  const head = createRoom(headBytes);
  /** Cut back to `tailBytes` whenever it is full. */
  const recent = createRoom(2 * tailBytes);
  let totalBytes = 0;
  let droppedBytes = 0;

  const shorten = (): void => {
    droppedBytes += recent.keepLast(tailBytes);
  };

  return {
    add: (chunk) => {
      totalBytes += chunk.byteLength;
      let rest = chunk.subarray(head.add(chunk));
      while (rest.byteLength > 0) {
        const taken = recent.add(rest);
        rest = rest.subarray(taken);
        if (rest.byteLength > 0) shorten();
      }
    },
    text: () => {
      shorten();
      if (droppedBytes === 0) return readableText(Buffer.concat([head.bytes(), recent.bytes()]));
      const gap = `[… ${droppedBytes.toLocaleString("en-US")} bytes left out …]`;
      return `${readableText(head.bytes())}\n${gap}\n${readableText(recent.bytes())}`;
    },
    tail: (maxBytes) => {
      const last = recent.bytes();
      if (last.byteLength >= maxBytes || droppedBytes > 0) return readableText(last.subarray(-maxBytes));
      return readableText(Buffer.concat([head.bytes(), last]).subarray(-maxBytes));
    },
    totalBytes: () => totalBytes,
    droppedBytes: () => {
      shorten();
      return droppedBytes;
    },
  };
};

/** Bytes that grow up to a limit, in one buffer. */
const createRoom = (limitBytes: number) => {
  let buffer = Buffer.alloc(0);
  let used = 0;
  return {
    /** Takes what there is room for and answers how much that was. */
    add: (chunk: Uint8Array): number => {
      const taken = Math.min(chunk.byteLength, limitBytes - used);
      if (used + taken > buffer.byteLength) {
        const grown = Buffer.allocUnsafe(Math.min(limitBytes, Math.max(FIRST_ROOM_BYTES, 2 * (used + taken))));
        buffer.copy(grown, 0, 0, used);
        buffer = grown;
      }
      buffer.set(chunk.subarray(0, taken), used);
      used += taken;
      return taken;
    },
    /** Answers how many bytes went. */
    keepLast: (bytes: number): number => {
      const surplus = Math.max(0, used - bytes);
      if (surplus > 0) buffer.copyWithin(0, surplus, used);
      used -= surplus;
      return surplus;
    },
    bytes: (): Uint8Array => buffer.subarray(0, used),
  };
};
