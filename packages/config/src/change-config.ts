/** What the text of skykoi.json becomes by a change: the smallest edit that means it, comments kept. */

import { isDeepStrictEqual } from "node:util";

import { fault } from "@skykoi/fault";
import JSON5 from "json5";

import { parseConfigPath } from "./config-path.ts";
import { editText } from "./edit-text.ts";
import { formatValue } from "./format-value.ts";
import { editsOf, mergePatch, setAt, type Edit } from "./merge-patch.ts";
import { isRecord } from "./schema/node.ts";
import { REDACTED, restoreSecrets } from "./secrets.ts";

export type ConfigChange =
  /** null takes the key away. */
  | { readonly kind: "set"; readonly path: string; readonly value: unknown }
  /** A JSON merge patch (RFC 7396). */
  | { readonly kind: "patch"; readonly patch: unknown }
  /** The whole file. */
  | { readonly kind: "apply"; readonly text: string };

/**
 * The new text; not yet validated. A placeholder of a secret never overwrites it. Throws INVALID_REQUEST, and
 * CONFIG_INVALID for text that is not JSON5.
 */
export const changedText = (text: string, change: ConfigChange): string => {
  switch (change.kind) {
    case "set":
      return withKey(text, parseConfigPath(change.path), change.value);
    case "patch":
      return patched(text, change.patch);
    case "apply":
      return replaced(text, change.text);
    default:
      return change satisfies never;
  }
};

const withKey = (text: string, path: readonly string[], wanted: unknown): string => {
  const written = parseObject(text, "skykoi.json");
  const value = wanted === null ? undefined : restoreSecrets(wanted, written, path);
  return edited(text, [{ path, value }], setAt(written, path, value));
};

const patched = (text: string, wanted: unknown): string => {
  if (!isRecord(wanted)) throw fault("INVALID_REQUEST", { message: "A patch must be an object." });
  const written = parseObject(text, "skykoi.json");
  const patch = restoreSecrets(wanted, written);
  return edited(text, editsOf(written, patch), mergePatch(written, patch));
};

const replaced = (text: string, wanted: string): string => {
  const value = parseObject(wanted, "The new text");
  if (!wanted.includes(REDACTED)) return wanted;
  const restored = restoreSecrets(value, parseObject(text, "skykoi.json"));
  return edited(wanted, editsOf(value, restored), restored);
};

/** Text surgery where it gives exactly what is meant; else the value is written anew, without its comments. */
const edited = (text: string, edits: readonly Edit[], meant: unknown): string => {
  const surgical = editText(text, edits);
  return isDeepStrictEqual(parseIfPossible(surgical), meant) ? surgical : `${formatValue(meant)}\n`;
};

/** The value of JSON5 text, or undefined. */
export const parseIfPossible = (text: string): unknown => {
  try {
    return JSON5.parse(text);
  } catch {
    // Text that is no JSON5 has no value.
    return undefined;
  }
};

const parseObject = (text: string, subject: string): unknown => {
  const value = parseIfPossible(text);
  if (isRecord(value)) return value;
  const hint = subject === "skykoi.json" ? " Repair it with `koi doctor --fix`, or replace it as a whole." : "";
  throw fault("CONFIG_INVALID", { message: `${subject} is not JSON5 with an object in it.${hint}` });
};
