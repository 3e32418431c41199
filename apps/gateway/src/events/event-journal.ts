/**
 * The durable events on disk, so that a client resumes over a restart or a kill. Each event is written before it is
 * sent; what a killed process wrote stays with the operating system, so nothing waits for the disk itself. A reboot may
 * lose such writes, so it begins a new journal: older cursors are unknown then.
 */

import { randomBytes } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

import { EVENTS, type EventName } from "@skykoi/protocol";

export interface JournalEvent {
  readonly position: number;
  readonly event: EventName;
  readonly sessionKey: string;
  readonly payloadJson: string;
}

export interface EventJournal {
  readonly epoch: string;
  /** Higher than every position of an earlier life; the first event of this one follows it. */
  readonly start: number;
  /** Returns when the event would survive a kill. A disk that refuses it ends the journal: never throws. */
  append(event: JournalEvent): void;
  /** What is kept after the position, oldest first; undefined when something of it is gone. Reads files. */
  after(position: number): readonly JournalEvent[] | undefined;
  /** What is kept of earlier lives, oldest first. Reads files. */
  readonly earlier: () => readonly JournalEvent[];
  readonly close: () => void;
}

export interface OpenEventJournalOptions {
  readonly directory: string;
  /** Changes with every start of the machine; undefined when that is not known. */
  readonly bootId: string | undefined;
  readonly maxSegments: number;
  readonly maxSegmentBytes: number;
  readonly onFailure: (thrown: unknown) => void;
  /** The system's calls that write. */
  readonly files?: JournalFiles;
}

interface JournalFiles {
  readonly open: (path: string) => number;
  /** How many bytes were written. */
  readonly write: (fd: number, bytes: Uint8Array) => number;
}

const DISK: JournalFiles = { open: (path) => openSync(path, "a", 0o600), write: (fd, bytes) => writeSync(fd, bytes) };

/** Reads one directory and no events. Never throws. */
export const openEventJournal = (options: OpenEventJournalOptions): EventJournal => {
  const { directory, maxSegments, maxSegmentBytes, files = DISK } = options;
  const found = options.bootId === undefined ? undefined : findEarlier(directory, options.bootId);
  const epoch = found?.epoch ?? randomBytes(6).toString("hex");
  /** First positions of the segments, oldest first. */
  const segments = [...(found?.segments ?? [])];
  const start = found?.end ?? 0;
  let current: { readonly fd: number; bytes: number } | undefined;
  let failed = false;

  const pathOf = (first: number): string => join(directory, segmentName(epoch, first));

  const begin = (first: number): { readonly fd: number; bytes: number } => {
    if (current) closeSync(current.fd);
    else if (!found) startAnew(directory, epoch, options.bootId);
    current = { fd: files.open(pathOf(first)), bytes: 0 };
    segments.push(first);
    while (segments.length > maxSegments) unlinkSync(pathOf(segments.shift() ?? 0));
    return current;
  };

  const fail = (thrown: unknown): void => {
    failed = true;
    options.onFailure(thrown);
    try {
      // The next life must not take up a journal with a hole.
      rmSync(join(directory, MARK), { force: true });
    } catch (alsoThrown) {
      options.onFailure(alsoThrown);
    }
  };

  return {
    epoch,
    start,
    append: (event) => {
      if (failed) return;
      try {
        const bytes = Buffer.from(lineOf(event));
        const segment = current && current.bytes < maxSegmentBytes ? current : begin(event.position);
        for (let written = 0; written < bytes.byteLength;) {
          written += files.write(segment.fd, bytes.subarray(written));
        }
        segment.bytes += bytes.byteLength;
      } catch (thrown) {
        fail(thrown);
      }
    },
    after: (position) => {
      const oldest = segments[0];
      if (failed || oldest === undefined || position < oldest - 1) return undefined;
      const from = Math.max(
        0,
        segments.findLastIndex((first) => first <= position + 1),
      );
      try {
        const events = segments.slice(from).flatMap((first) => eventsIn(readFileSync(pathOf(first), "utf8")));
        return events.filter((event) => event.position > position);
      } catch (thrown) {
        options.onFailure(thrown);
        return undefined;
      }
    },
    earlier: () => {
      if (!found) return [];
      try {
        return segments
          .filter((first) => first <= start)
          .flatMap((first) => eventsIn(readFileSync(pathOf(first), "utf8")));
      } catch (thrown) {
        options.onFailure(thrown);
        return [];
      }
    },
    close: () => {
      if (current) closeSync(current.fd);
      current = undefined;
      failed = true;
    },
  };
};

/** Says which journal the directory holds, and since which start of the machine. */
const MARK = "journal.json";

const segmentName = (epoch: string, first: number): string => `${epoch}.${String(first).padStart(15, "0")}.log`;

interface Earlier {
  readonly epoch: string;
  readonly segments: readonly number[];
  /** At least the last position: an event takes more than one byte. */
  readonly end: number;
}

const findEarlier = (directory: string, bootId: string): Earlier | undefined => {
  try {
    const mark: unknown = JSON.parse(readFileSync(join(directory, MARK), "utf8"));
    if (!isMark(mark) || mark.bootId !== bootId) return undefined;
    const { epoch } = mark;
    const segments = readdirSync(directory)
      .flatMap((name) => (name.startsWith(`${epoch}.`) && name.endsWith(".log") ? [Number(name.split(".")[1])] : []))
      .toSorted((a, b) => a - b);
    const last = segments.at(-1);
    if (last === undefined) return undefined;
    return { epoch, segments, end: last + statSync(join(directory, segmentName(epoch, last))).size };
  } catch {
    // None, or none that can be taken up: a new one begins.
    return undefined;
  }
};

const startAnew = (directory: string, epoch: string, bootId: string | undefined): void => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, MARK), JSON.stringify({ epoch, bootId: bootId ?? "" }), { mode: 0o600 });
};

const isMark = (value: unknown): value is { readonly epoch: string; readonly bootId: string } =>
  typeof value === "object" &&
  value !== null &&
  "epoch" in value &&
  typeof value.epoch === "string" &&
  /^[0-9a-f]{12}$/.test(value.epoch) &&
  "bootId" in value &&
  typeof value.bootId === "string";

/** Neither event names nor session keys hold spaces, and JSON holds no line break. */
const lineOf = ({ position, event, sessionKey, payloadJson }: JournalEvent): string =>
  `${position} ${event} ${sessionKey} ${payloadJson}\n`;

/** What follows the last line break was not finished, and therefore not sent. */
const eventsIn = (text: string): JournalEvent[] =>
  text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .flatMap((line) => {
      const [, position, event, sessionKey, payloadJson] = /^(\d{1,15}) (\S+) (\S+) (.+)$/.exec(line) ?? [];
      if (event === undefined || sessionKey === undefined || payloadJson === undefined || !isEventName(event))
        return [];
      return [{ position: Number(position), event, sessionKey, payloadJson }];
    });

const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name);
