/** Changes one value in JSON5 text; comments, order and everything else stay as they were written. */

import { formatValue, formatKey } from "./format-value.ts";
import type { Edit } from "./merge-patch.ts";
import { scanText, type ArrayText, type ItemText, type ObjectText, type TextNode } from "./text-tree.ts";

/** `text` must be valid JSON5 with an object as its value. An edit below a list names the place by its number. */
export const editText = (text: string, edits: readonly Edit[]): string => edits.reduce(editOnce, text);

const editOnce = (text: string, { path, value }: Edit): string => editAt(text, scanText(text), path, value);

const editAt = (text: string, node: TextNode, path: readonly string[], value: unknown): string => {
  const [key, ...rest] = path;
  if (key === undefined) return replace(text, node, value);
  switch (node.kind) {
    case "object": {
      // Of a key that is written twice, the last one counts.
      const member = node.members.findLast((candidate) => candidate.key === key);
      if (value === undefined && rest.length === 0) return removeMembers(text, node, key);
      if (member) return editAt(text, member.value, rest, value);
      return value === undefined ? text : insertMember(text, node, key, nested(rest, value));
    }
    case "array":
      return editArray(text, node, path, value);
    default:
      return value === undefined ? text : replace(text, node, nested(path, value));
  }
};

const editArray = (text: string, node: ArrayText, [key, ...rest]: readonly string[], value: unknown): string => {
  const item = node.items[Number(key)];
  if (item)
    return rest.length === 0 && value === undefined ? removeItem(text, item) : editAt(text, item.value, rest, value);
  return value !== undefined && Number(key) === node.items.length ? appendItem(text, node, nested(rest, value)) : text;
};

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value);

const replace = (text: string, { start, end }: TextNode, value: unknown): string =>
  text.slice(0, start) + formatValue(value, indentAt(text, start)) + text.slice(end);

const insertMember = (text: string, node: ObjectText, key: string, value: unknown): string =>
  insertLast(text, node, node.members.at(-1), (indent) => `${formatKey(key)}: ${formatValue(value, indent)}`);

const appendItem = (text: string, node: ArrayText, value: unknown): string =>
  insertLast(text, node, node.items.at(-1), (indent) => formatValue(value, indent));

interface Last {
  readonly value: TextNode;
  readonly start?: number;
  readonly comma?: number;
}

/** Puts something before the closing bracket, in the form the list already has: on a line of its own, or beside. */
const insertLast = (
  text: string,
  node: ObjectText | ArrayText,
  last: Last | undefined,
  render: (indent: string) => string,
): string => {
  const close = node.end - 1;
  const inside = text.slice(last ? last.value.end : node.start + 1, close);
  const comma = last && last.comma === undefined ? last.value.end : undefined;
  const before = comma === undefined ? text.slice(0, close) : `${text.slice(0, comma)},${text.slice(comma, close)}`;
  const blank = /\s*$/.exec(before)?.[0] ?? "";
  const head = before.slice(0, before.length - blank.length);
  const tail = text.slice(close);

  if (!/[\n\r]/.test(inside)) {
    const pad = node.kind === "object" ? " " : "";
    const separator = last ? " " : pad;
    const end = blank || (last ? "" : pad);
    return `${head}${separator}${render(indentAt(text, node.start))}${end}${tail}`;
  }
  const indent = last ? indentAt(text, last.start ?? last.value.start) : `${indentAt(text, node.start)}  `;
  return `${head}\n${indent}${render(indent)},${blank}${tail}`;
};

/** Takes a key away wherever it is written in the object; comments stay. */
const removeMembers = (text: string, node: ObjectText, key: string): string =>
  node.members.reduceRight((rest, member) => (member.key === key ? removeMember(rest, member) : rest), text);

const removeItem = (text: string, item: ItemText): string => removeMember(text, { ...item, start: item.value.start });

const removeMember = (text: string, { start, comma, value }: ItemText & { readonly start: number }): string => {
  const end = comma === undefined ? value.end : comma + 1;
  const kept = commentsIn(text.slice(start, value.start)) + commentsIn(text.slice(value.end, end));
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  const alone = text.slice(lineStart, start).trim() === "" && lineEnd >= 0 && text.slice(end, lineEnd).trim() === "";
  if (alone && kept === "") return text.slice(0, lineStart) + text.slice(lineEnd + 1);
  return text.slice(0, start) + kept + text.slice(end).replace(/^[ \t]+(?=[}\]\S])/, kept === "" ? "" : " ");
};

const LEADING_STRING = /^(?:"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')/;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*[\n\r\u2028\u2029]|\/\*[\s\S]*?\*\//g;

/** Comments between a key, its value and its comma are rare, and are not lost. */
const commentsIn = (text: string): string => (text.replace(LEADING_STRING, "").match(COMMENT) ?? []).join("");

/** The blanks at the beginning of the line that holds `offset`. */
const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
