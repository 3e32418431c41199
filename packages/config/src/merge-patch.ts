/** JSON merge patch (RFC 7396): what a configuration becomes, and the single edits that make it so. */

import { isDeepStrictEqual } from "node:util";

import { isRecord } from "./schema/node.ts";

export interface Edit {
  readonly path: readonly string[];
  /** undefined takes the key away. */
  readonly value: unknown;
}

/** `patch` over `target`: objects key by key, null takes a key away, everything else replaces. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isRecord(patch)) return patch;
  const merged = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
};

/** The smallest edits by which `target` becomes `mergePatch(target, patch)`; both are objects. */
export const editsOf = (target: unknown, patch: unknown, path: readonly string[] = []): Edit[] => {
  if (!isRecord(target) || !isRecord(patch)) {
    const value = mergePatch(target, patch);
    return isDeepStrictEqual(target, value) ? [] : [{ path, value }];
  }
  return Object.entries(patch).flatMap(([key, value]) => {
    const here = [...path, key];
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    if (value === null) return present === undefined ? [] : [{ path: here, value: undefined }];
    return editsOf(present, value, here);
  });
};

/** `target` with `value` at `path`; undefined takes it away. In a list, the place behind the last one may be set. */
export const setAt = (target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(target)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index > target.length) return target;
    const next: unknown = setAt(target[index], rest, value);
    return next === undefined ? target.toSpliced(index, 1) : target.toSpliced(index, 1, next);
  }
  const members = new Map(isRecord(target) ? Object.entries(target) : []);
  if (value === undefined && !members.has(key)) return target;
  const next = setAt(members.get(key), rest, value);
  if (next === undefined) members.delete(key);
  else members.set(key, next);
  return Object.fromEntries(members);
};
