/** Settings that are part of the schema and that nothing acts on in this version: who writes one is told so. */

import { joinPath } from "@skykoi/schema";

import type { ConfigProblem } from "./problem.ts";
import { isRecord } from "./schema/node.ts";

/** Each is removed from this list by the change that makes it work. */
export const WITHOUT_EFFECT: readonly string[] = ["session.dmScope", "session.identityLinks", "channels"];

/** One warning for each such setting that is written in the configuration. */
export const settingsWithoutEffect = (written: unknown): ConfigProblem[] =>
  WITHOUT_EFFECT.flatMap((path) => writtenPaths(written, path.split("."), "")).map((path) => ({
    path,
    message: "has no effect in this version",
  }));

/** The places where a setting is written: one, or one for each element of a list (`list[].key`). */
const writtenPaths = (value: unknown, [key, ...rest]: readonly string[], path: string): string[] => {
  if (key === undefined) return value === undefined ? [] : [path];
  if (!isRecord(value)) return [];
  const name = key.replace(/\[\]$/, "");
  const child = Object.entries(value).find(([written]) => written === name)?.[1];
  const childPath = joinPath(path, name);
  if (name === key) return writtenPaths(child, rest, childPath);
  return Array.isArray(child) ? child.flatMap((item, at) => writtenPaths(item, rest, joinPath(childPath, at))) : [];
};
