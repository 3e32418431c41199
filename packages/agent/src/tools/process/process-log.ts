/** The output of one process: a window of it in memory, and from some size on its beginning in a file of limited size. */

import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { createOutputWindow, type OutputWindow } from "../exec/output-window.ts";

const WINDOW = { headBytes: 20_000, tailBytes: 30_000 } as const;
const UNREAD = { headBytes: 8_000, tailBytes: 16_000 } as const;

export interface ProcessLog {
  /** A promise while the disk is busy: the stream waits for it. */
  add(chunk: Uint8Array): Promise<void> | undefined;
  /** Head and tail, as readable text. */
  text(): string;
  tail(maxBytes: number): string;
  /** What came since the last call, with its middle left out when it is long. */
  takeUnread(): string;
  readonly totalBytes: () => number;
  /** The window in memory does not hold everything. */
  readonly isCut: () => boolean;
  /** The file does not hold everything (yet); its end is only in memory. */
  readonly isBeyondFile: () => boolean;
  /** From now on all output is in the file. */
  keep(): Promise<void>;
  /** Resolves when what was added is in the file. */
  flushed(): Promise<void>;
  /** Appends the end that did not fit into the file, and closes it. */
  close(): Promise<void>;
}

export interface ProcessLogOptions {
  readonly path: string;
  readonly maxFileBytes: number;
}

export const createProcessLog = ({ path, maxFileBytes }: ProcessLogOptions): ProcessLog => {
  const window = createOutputWindow(WINDOW);
  let unread: OutputWindow = createOutputWindow(UNREAD);
  /** Everything so far, until there is a file. */
  let early: Uint8Array[] | undefined = [];
  let earlyBytes = 0;
  let file: FileHandle | undefined;
  let fileBytes = 0;
  let failed = false;
  let queue: Promise<void> = Promise.resolve();

  /** A full disk costs the log, not the process. */
  const enqueue = (work: () => Promise<unknown>): Promise<void> => {
    queue = queue.then(work).then(
      () => undefined,
      () => {
        failed = true;
      },
    );
    return queue;
  };

  const write = (chunk: Uint8Array): Promise<void> | undefined => {
    const taken = chunk.subarray(0, Math.max(0, maxFileBytes - fileBytes));
    fileBytes += taken.byteLength;
    if (taken.byteLength === 0 || failed) return undefined;
    return enqueue(async () => file?.writeFile(taken));
  };

  const openFile = (): Promise<void> => {
    if (early === undefined) return queue;
    const chunks = early;
    early = undefined;
    const opened = enqueue(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      file = await open(path, "w", 0o600);
    });
    return write(Buffer.concat(chunks)) ?? opened;
  };

  return {
    add: (chunk) => {
      window.add(chunk);
      unread.add(chunk);
      if (early === undefined) return write(chunk);
      early.push(chunk);
      earlyBytes += chunk.byteLength;
      return earlyBytes > WINDOW.headBytes + WINDOW.tailBytes ? openFile() : undefined;
    },
    text: window.text,
    tail: window.tail,
    takeUnread: () => {
      const text = unread.text();
      unread = createOutputWindow(UNREAD);
      return text;
    },
    totalBytes: window.totalBytes,
    isCut: () => window.droppedBytes() > 0,
    isBeyondFile: () => failed || window.totalBytes() > fileBytes,
    keep: openFile,
    flushed: () => queue,
    close: async () => {
      await enqueue(async () => {
        const missing = window.totalBytes() - fileBytes;
        if (file && missing > 0) {
          const gap = missing > WINDOW.tailBytes ? "\n[… the log is full; this is the end of the output: …]\n" : "";
          await file.writeFile(gap + window.tail(Math.min(missing, WINDOW.tailBytes)));
        }
      });
      await enqueue(async () => file?.close());
      early = undefined;
    },
  };
};
