/** A schema read as data: what the walkers over the configuration need to see of it. */

import type { TSchema } from "typebox";

export interface SchemaNode {
  readonly default?: unknown;
  readonly items?: SchemaNode;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly reload?: "hot" | "restart";
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
