/** The schema as a flat list of keys, as one looks them up, documents them and compares configurations by them. */

import { joinPath } from "@skykoi/schema";

import type { Reload } from "./key.ts";
import { asNode, childOf, type SchemaNode } from "./node.ts";
import { SkykoiConfig } from "./skykoi-config.ts";

export interface ConfigKey {
  /** `gateway.port`; fields of entries as `agents.list[].id` and `models.providers.*.api`. */
  readonly path: string;
  readonly description: string;
  readonly reload: Reload;
  readonly default?: unknown;
  /** Where the host gives the default: which, in words. */
  readonly hostDefault?: string;
  readonly secret: boolean;
  readonly schema: SchemaNode;
}

/** Every key that can be written, in the order of the schema; the fields of an entry follow the key that holds them. */
export const configKeys = (): ConfigKey[] => keysBelow(asNode(SkykoiConfig), "", undefined);

/** The key at a path of a written configuration; `agents.list[0].id` and `agents.list[].id` are the same. */
export const findConfigKey = (path: readonly string[]): ConfigKey | undefined => {
  let node = asNode(SkykoiConfig);
  let reload: Reload | undefined;
  for (const name of path) {
    const next = node.items && /^\d*$/.test(name) ? node.items : childOf(node, name);
    if (!next) return undefined;
    node = next;
    reload = node.reload ?? reload;
  }
  return toKey(path.reduce(joinPath, ""), node, reload ?? "restart");
};

const keysBelow = (node: SchemaNode, path: string, inherited: Reload | undefined): ConfigKey[] => {
  const reload = node.reload ?? inherited;
  const self = reload === undefined ? [] : [toKey(path, node, reload)];
  const fields = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    keysBelow(child, path === "" ? name : `${path}.${name}`, reload),
  );
  return [...self, ...fields, ...entriesBelow(node, path, reload)];
};

const entriesBelow = (node: SchemaNode, path: string, reload: Reload | undefined): ConfigKey[] => {
  const entry = node.items ?? Object.values(node.patternProperties ?? {})[0];
  if (!entry?.properties) return [];
  const prefix = node.items ? `${path}[]` : `${path}.*`;
  return Object.entries(entry.properties).flatMap(([name, child]) => keysBelow(child, `${prefix}.${name}`, reload));
};

const toKey = (path: string, node: SchemaNode, reload: Reload): ConfigKey => ({
  path,
  description: node.description ?? "",
  reload,
  ...(node.default === undefined ? {} : { default: node.default }),
  ...(node.hostDefault === undefined ? {} : { hostDefault: node.hostDefault }),
  secret: node.secret ?? false,
  schema: node,
});
