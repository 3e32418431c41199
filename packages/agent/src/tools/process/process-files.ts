/** The directory of an agent's processes: a record and a log each, kept for a while and found again after a restart. */

import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hasErrno } from "@skykoi/fault";

import type { ProcessInfo } from "./process-info.ts";

export interface ProcessFiles {
  logPath(id: string): string;
  save(info: ProcessInfo): Promise<void>;
  /** Records that can be read, oldest first. */
  load(): Promise<readonly ProcessInfo[]>;
  remove(id: string): Promise<void>;
  /** Empty when there is no log. */
  readLog(id: string): AsyncIterable<Uint8Array>;
  readEnd(id: string, maxBytes: number): Promise<Uint8Array>;
}

export const createProcessFiles = (directory: string): ProcessFiles => {
  const recordPath = (id: string): string => join(directory, `${id}.json`);
  const logPath = (id: string): string => join(directory, `${id}.log`);

  return {
    logPath,
    save: async (info) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const draft = `${recordPath(info.id)}.tmp`;
      await writeFile(draft, JSON.stringify(info), { mode: 0o600 });
      await rename(draft, recordPath(info.id));
    },
    load: async () => {
      const names = (await readdir(directory).catch(noneIfMissing)).filter((name) => name.endsWith(".json"));
      const infos = await Promise.all(names.map(async (name) => parse(await readFile(join(directory, name), "utf8"))));
      return infos.flatMap((info) => info ?? []).toSorted((a, b) => a.startedAt - b.startedAt);
    },
    remove: async (id) => {
      await rm(recordPath(id), { force: true });
      await rm(logPath(id), { force: true });
    },
    readLog: async function* readLog(id) {
      const file = await openLog(logPath(id));
      if (file) yield* file.createReadStream();
    },
    readEnd: async (id, maxBytes) => {
      const file = await openLog(logPath(id));
      if (!file) return new Uint8Array();
      try {
        const { size } = await file.stat();
        const length = Math.min(size, maxBytes);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
};

const openLog = (path: string) =>
  open(path, "r").catch((thrown: unknown) => {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  });

const noneIfMissing = (thrown: unknown): string[] => {
  if (hasErrno(thrown, "ENOENT")) return [];
  throw thrown;
};

/** The files are this program's own; one that a crash or another version left is passed over. */
const parse = (text: string): ProcessInfo | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isInfo(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isInfo = (value: unknown): value is ProcessInfo =>
  typeof value === "object" &&
  value !== null &&
  ["id", "command", "directory", "sessionKey"].every((key) => typeof Reflect.get(value, key) === "string") &&
  typeof Reflect.get(value, "startedAt") === "number";
