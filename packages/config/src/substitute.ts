/** Puts environment variables into the strings of a configuration: `${NAME}`. */

import { joinPath } from "@skykoi/schema";

import type { Environment } from "./host-defaults.ts";
import { isRecord } from "./schema/node.ts";

export interface MissingVariable {
  readonly path: string;
  readonly name: string;
}

export interface Substituted {
  readonly value: unknown;
  /** Variables that are not set; they became the empty string. */
  readonly missing: readonly MissingVariable[];
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Deeper than any sensible configuration; the value below is left as it is, and the validator refuses it. */
const MAX_DEPTH = 24;

export const substitute = (value: unknown, env: Environment): Substituted => {
  const missing: MissingVariable[] = [];

  const visit = (item: unknown, path: string, depth: number): unknown => {
    if (typeof item === "string") return item.replaceAll(REFERENCE, (_, name: string) => resolve(name, path));
    if (depth > MAX_DEPTH) return item;
    if (Array.isArray(item)) return item.map((element, index) => visit(element, joinPath(path, index), depth + 1));
    if (!isRecord(item)) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, child]) => [key, visit(child, joinPath(path, key), depth + 1)]),
    );
  };

  const resolve = (name: string, path: string): string => {
    const found = env[name];
    if (found === undefined) missing.push({ path, name });
    return found ?? "";
  };

  return { value: visit(value, "", 0), missing };
};
