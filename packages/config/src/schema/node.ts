/** A schema read as data: what the walkers over the configuration need to see of it. */

import type { TSchema } from "typebox";

import type { Reload } from "./key.ts";

export interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  /** What the host gives where nothing is written, in words. */
  readonly hostDefault?: string;
  readonly description?: string;
  readonly items?: SchemaNode;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly reload?: Reload;
  readonly required?: readonly string[];
  readonly secret?: boolean;
}

export const asNode = (schema: TSchema): SchemaNode => schema;

/** The schema of the value at `key` of an object described by `node`. */
export const childOf = (node: SchemaNode, key: string): SchemaNode | undefined =>
  node.properties && Object.hasOwn(node.properties, key)
    ? node.properties[key]
    : Object.values(node.patternProperties ?? {})[0];

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
