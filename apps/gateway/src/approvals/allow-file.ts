/** The file `exec-approvals.json`: patterns of commands that a person allowed for good. */

import { rename } from "node:fs/promises";
import { join } from "node:path";

import type { AllowList } from "@skykoi/agent";
import { readTextIfPresent, writePrivateFile } from "@skykoi/config";
import { toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

export interface AllowFile extends AllowList {
  /** Replaces all. Resolves when it is durable, with what is now allowed. */
  set(patterns: readonly string[]): Promise<readonly string[]>;
}

const VERSION = 1;
const MAX_PATTERNS = 1_000;

/** Read at the first question, so that a gateway that never asks never opens it. One that cannot be read allows nothing. */
export const createAllowFile = (home: string, log: Logger): AllowFile => {
  const path = join(home, "exec-approvals.json");
  let loaded: Promise<readonly string[]> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<readonly string[]> => {
    const text = await readTextIfPresent(path);
    const patterns = text === undefined ? [] : parse(text);
    if (patterns) return patterns;
    await rename(path, `${path}.corrupt`);
    log.error("exec-approvals.json could not be read; it is put aside and nothing of it is allowed", { path });
    return [];
  };

  const patterns = (): Promise<readonly string[]> => (loaded ??= load());

  /** One change after the other; each is on the disk before it counts. */
  const change = (edit: (before: readonly string[]) => readonly string[]): Promise<readonly string[]> => {
    const work = last.then(async () => {
      const allow = [...new Set(edit(await patterns()))].slice(-MAX_PATTERNS);
      await writePrivateFile(path, `${JSON.stringify({ version: VERSION, allow }, undefined, 2)}\n`).catch(
        (thrown: unknown) => {
          throw toFault(thrown);
        },
      );
      loaded = Promise.resolve(allow);
      return allow;
    });
    last = work.catch(() => undefined);
    return work;
  };

  return {
    patterns,
    add: async (added) => {
      await change((before) => [...before, ...added]);
    },
    set: (all) => change(() => all),
  };
};

const parse = (text: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isFile(value) ? value.allow : undefined;
  } catch {
    // Not JSON: the caller puts the file aside.
    return undefined;
  }
};

const isFile = (value: unknown): value is { readonly allow: readonly string[] } =>
  typeof value === "object" &&
  value !== null &&
  Reflect.get(value, "version") === VERSION &&
  isStrings(Reflect.get(value, "allow"));

const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");
