/** skykoi.json as a JSON Schema for editors: what has a default may be left out. */

import { asNode, type SchemaNode } from "./node.ts";
import { SkykoiConfig } from "./skykoi-config.ts";

/** Plain JSON. */
export const configJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "skykoi.json",
  ...plain(withoutDefaulted(asNode(SkykoiConfig))),
});

const plain = (node: SchemaNode): Readonly<Record<string, unknown>> => JSON.parse(JSON.stringify(node));

const withoutDefaulted = (node: SchemaNode): SchemaNode => ({
  ...node,
  ...(node.items && { items: withoutDefaulted(node.items) }),
  ...(node.properties && { properties: mapValues(node.properties) }),
  ...(node.patternProperties && { patternProperties: mapValues(node.patternProperties) }),
  ...(node.required && { required: node.required.filter((name) => mustBeWritten(node.properties?.[name])) }),
});

const mapValues = (nodes: Readonly<Record<string, SchemaNode>>): Record<string, SchemaNode> =>
  Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, withoutDefaulted(node)]));

/** A section must be written where one of its keys must. */
const mustBeWritten = (node: SchemaNode | undefined): boolean => {
  if (!node || node.default !== undefined || node.hostDefault !== undefined) return false;
  if (!node.properties) return true;
  return (node.required ?? []).some((name) => mustBeWritten(node.properties?.[name]));
};
