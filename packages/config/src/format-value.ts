/** Writes a value as JSON5 the way a person would: bare keys, short things on one line. */

import { isRecord } from "./schema/node.ts";

const MAX_INLINE_CHARS = 72;

/** `indent` is that of the line on which the value begins. */
export const formatValue = (value: unknown, indent = ""): string => {
  if (Array.isArray(value))
    return formatItems(
      "[",
      value.map((item) => inner(item, indent)),
      "]",
      indent,
    );
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).map(([key, item]) => `${formatKey(key)}: ${inner(item, indent)}`);
  return formatItems("{", members, "}", indent);
};

/** Quoted where it is not a plain name, and where a bare one would mean something else. */
export const formatKey = (key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) && key !== "__proto__" ? key : JSON.stringify(key);

const inner = (value: unknown, indent: string): string => formatValue(value, `${indent}  `);

const formatItems = (open: string, items: readonly string[], close: string, indent: string): string => {
  if (items.length === 0) return `${open}${close}`;
  const pad = open === "{" ? " " : "";
  const inline = `${open}${pad}${items.join(", ")}${pad}${close}`;
  if (inline.length <= MAX_INLINE_CHARS && !inline.includes("\n")) return inline;
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}${close}`;
};
