/** Fills what a configuration leaves out with the defaults of the schema. */

import { childOf, isRecord, type SchemaNode } from "./schema/node.ts";

/** A copy of `value` with defaults; what has the wrong type is left for the validator to report. */
export const withDefaults = (node: SchemaNode, value: unknown): unknown => {
  const present = value === undefined ? missingValue(node) : value;
  if (Array.isArray(present)) return present.map((item) => (node.items ? withDefaults(node.items, item) : item));
  if (!isRecord(present)) return present;

  const given = Object.entries(present).map(([key, item]) => {
    const child = childOf(node, key);
    return [key, child ? withDefaults(child, item) : item];
  });
  const added = (node.required ?? [])
    .filter((key) => !Object.hasOwn(present, key))
    .map((key) => [key, withDefaults(childOf(node, key) ?? {}, undefined)])
    .filter(([, item]) => item !== undefined);
  return Object.fromEntries([...given, ...added]);
};

const missingValue = (node: SchemaNode): unknown => {
  if (node.default !== undefined) return structuredClone(node.default);
  return node.properties ? {} : undefined;
};
