/** The files of sessions on a disk in memory that dies where a test says and keeps what a real one would. */

import { basename, dirname, relative } from "node:path";

import type { TranscriptFile, TranscriptFiles } from "@skykoi/agent";

/** Seeded, so that a run can be repeated: from 0 (included) to 1 (excluded). */
type NextRandom = () => number;

/**
 * `kill`: the process is gone, the system keeps what it was given. `power`: so is the system: of what was not synced, a
 * part from the beginning on is kept, at best all, and a write may be torn.
 */
type CrashKind = "kill" | "power";

/** Where in an operation the machine stops. */
type CrashMoment = "before" | "within" | "after";

export interface CrashDisk {
  /** The files as a process sees them that starts now, below `root`. Those of an earlier process work no longer. */
  boot(root: string): TranscriptFiles;
  /** The process dies at the n-th operation from now on. */
  dieAt(operation: number, moment: CrashMoment, kind: CrashKind): void;
  /** The process dies now, unless it is dead. */
  die(kind: CrashKind): void;
  readonly alive: () => boolean;
  /** Every file that is there, by its path below the root. */
  contents(): ReadonlyMap<string, Uint8Array>;
  readonly operations: () => number;
}

interface FileOnDisk {
  data: Uint8Array;
  synced: Uint8Array;
}

interface EntryChange {
  readonly directory: string;
  readonly apply: (entries: Map<string, FileOnDisk>) => void;
}

const CHANCE_OF_SHORT_WRITE = 0.02;

export interface CrashDiskOptions {
  readonly random: NextRandom;
  /** In the very moment of the death. */
  readonly onDeath: (kind: CrashKind) => void;
}

export const createCrashDisk = ({ random, onDeath }: CrashDiskOptions): CrashDisk => {
  let entries = new Map<string, FileOnDisk>();
  let syncedEntries = new Map<string, FileOnDisk>();
  let unsyncedChanges: EntryChange[] = [];
  let life = 0;
  let alive = false;
  let operations = 0;
  let death: { readonly at: number; readonly moment: CrashMoment; readonly kind: CrashKind } | undefined;

  const die = (kind: CrashKind): void => {
    if (!alive) return;
    alive = false;
    death = undefined;
    if (kind === "power") losePower();
    onDeath(kind);
  };

  const losePower = (): void => {
    const kept = Math.floor(random() * (unsyncedChanges.length + 1));
    for (const { apply } of unsyncedChanges.slice(0, kept)) apply(syncedEntries);
    entries = new Map(syncedEntries);
    for (const file of new Set(entries.values())) file.data = file.synced = afterPowerLoss(file, random);
    unsyncedChanges = [];
  };

  const changeEntry = (directory: string, apply: EntryChange["apply"]): void => {
    apply(entries);
    unsyncedChanges.push({ directory, apply });
  };

  const filesOf = (mine: number, root: string): TranscriptFiles => {
    const below = (path: string): string => relative(root, path);
    const expectAlive = (): void => {
      if (!alive || life !== mine) throw Object.assign(new Error("EIO: the machine is off"), { code: "EIO" });
    };
    /** `part` is what an operation leaves that is stopped within. */
    const operate = async <T>(effect: () => T, part: () => void = () => undefined): Promise<T> => {
      await Promise.resolve();
      expectAlive();
      operations++;
      const dying = death !== undefined && operations >= death.at ? death : undefined;
      if (dying?.moment === "within") part();
      if (dying && dying.moment !== "after") die(dying.kind);
      expectAlive();
      const answer = effect();
      if (dying) die(dying.kind);
      expectAlive();
      return answer;
    };
    const open = (file: FileOnDisk): TranscriptFile => ({
      write: (bytes, position) => {
        const short = random() < CHANCE_OF_SHORT_WRITE ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
        const torn = short.slice(0, Math.floor(random() * short.length));
        return operate(
          () => {
            file.data = overwritten(file.data, short, position);
            return short.length;
          },
          () => {
            file.data = overwritten(file.data, torn, position);
          },
        );
      },
      sync: () =>
        operate(() => {
          file.synced = file.data;
        }),
      truncate: (lengthBytes) =>
        operate(() => {
          file.data = overwritten(file.data.slice(0, lengthBytes), new Uint8Array(), lengthBytes);
        }),
      close: () => operate(() => undefined),
    });

    return {
      size: (path) => operate(() => entries.get(below(path))?.data.length),
      read: (path, position, lengthBytes) =>
        operate(() => entries.get(below(path))?.data.slice(position, position + lengthBytes) ?? new Uint8Array()),
      list: (directory) =>
        operate(() =>
          [...entries.keys()].filter((path) => dirname(path) === below(directory)).map((path) => basename(path)),
        ),
      open: (path) =>
        operate(() => {
          const name = below(path);
          const known = entries.get(name);
          if (known) return open(known);
          const file: FileOnDisk = { data: new Uint8Array(), synced: new Uint8Array() };
          changeEntry(dirname(name), (at) => void at.set(name, file));
          return open(file);
        }),
      rename: (from, to) =>
        operate(() => {
          const file = entries.get(below(from));
          if (!file) throw Object.assign(new Error(`ENOENT: ${from}`), { code: "ENOENT" });
          changeEntry(dirname(below(to)), (at) => {
            at.delete(below(from));
            at.set(below(to), file);
          });
        }),
      remove: (path) => operate(() => changeEntry(dirname(below(path)), (at) => void at.delete(below(path)))),
      syncDirectory: (directory) =>
        operate(() => {
          const name = below(directory);
          for (const change of unsyncedChanges) if (change.directory === name) change.apply(syncedEntries);
          unsyncedChanges = unsyncedChanges.filter((change) => change.directory !== name);
        }),
    };
  };

  return {
    boot: (root) => {
      life++;
      alive = true;
      return filesOf(life, root);
    },
    dieAt: (operation, moment, kind) => {
      death = { at: operations + operation, moment, kind };
    },
    die,
    alive: () => alive,
    contents: () => new Map([...entries].map(([path, { data }]) => [path, data])),
    operations: () => operations,
  };
};

/** What was synced and, of what was appended since, all, nothing or a part. */
const afterPowerLoss = ({ data, synced }: FileOnDisk, random: NextRandom): Uint8Array => {
  const choice = random();
  if (choice < 0.3) return synced;
  if (choice < 0.6) return data;
  let same = 0;
  while (same < data.length && same < synced.length && data[same] === synced[same]) same++;
  if (same < synced.length) return choice < 0.8 ? synced : data;
  return data.slice(0, same + Math.floor(random() * (data.length - same + 1)));
};

/** Always a new array: what was synced before keeps its own. */
const overwritten = (data: Uint8Array, bytes: Uint8Array, position: number): Uint8Array => {
  const next = new Uint8Array(Math.max(data.length, position + bytes.length));
  next.set(data);
  next.set(bytes, position);
  return next;
};
