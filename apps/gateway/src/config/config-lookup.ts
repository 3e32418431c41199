/** What is known of one key of the configuration, for editors and forms. */

import { configJsonSchema, findConfigKey, parseConfigPath, type ConfigKey } from "@skykoi/config";
import { fault } from "@skykoi/fault";
import type { MethodResult } from "@skykoi/protocol";
import { nearest } from "@skykoi/schema";

/** `agents.list[].id` and `agents.list[0].id` are the same key. Throws NOT_FOUND with the nearest known key. */
export const lookUpKey = (path: string): MethodResult<"config.schema.lookup"> => {
  const parts = parseConfigPath(path.replaceAll("[]", "[0]"));
  const key = findConfigKey(parts);
  if (!key) throw fault("NOT_FOUND", { message: unknownKey(path, parts) });
  const { description, default: value, hostDefault, reload, secret, schema } = key;
  return {
    path,
    description,
    type: typeOf(schema),
    ...(value === undefined ? {} : { default: value }),
    ...(hostDefault === undefined ? {} : { hostDefault }),
    reload,
    secret,
    schema,
    children: childrenOf(path, schema),
  };
};

type Node = ConfigKey["schema"];

const unknownKey = (path: string, parts: readonly string[]): string => {
  const root: Node = configJsonSchema();
  const parent = parts.length === 1 ? root : findConfigKey(parts.slice(0, -1))?.schema;
  const meant = nearest(parts.at(-1) ?? "", Object.keys(parent?.properties ?? {}));
  return `There is no key "${path}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
};

const typeOf = ({ type, enum: values }: Node): string => (values ? "enum" : (type ?? "any"));

const childrenOf = (path: string, { properties, items, patternProperties }: Node) => {
  const entry = items ?? Object.values(patternProperties ?? {})[0];
  const prefix = properties ? path : `${path}${items ? "[]" : ".*"}`;
  return Object.entries(properties ?? entry?.properties ?? {}).map(([key, child]) => ({
    key,
    path: `${prefix}.${key}`,
    type: typeOf(child),
    hasChildren: hasFields(child),
  }));
};

const hasFields = ({ properties, items, patternProperties }: Node): boolean =>
  Boolean(properties ?? items?.properties ?? Object.values(patternProperties ?? {})[0]?.properties);
