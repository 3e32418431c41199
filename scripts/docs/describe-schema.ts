/** Turns a JSON Schema into the short notation of the reference: fields, types, bounds. */

export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** One field of a table: `client.id`, its type in words, whether it must be there. */
export interface FieldRow {
  readonly field: string;
  readonly type: string;
  readonly required: boolean;
}

/** The fields of an object schema, nested ones with dots, elements of lists with `[]`. */
export const fieldRows = (schema: SchemaNode, prefix = ""): FieldRow[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const field = `${prefix}${name}`;
    const row = { field, type: typeName(node), required: schema.required?.includes(name) ?? false };
    const list = node.type === "array" && node.items?.properties;
    return [row, ...(list && node.items ? fieldRows(node.items, `${field}[].`) : fieldRows(node, `${field}.`))];
  });

/** A type in a few words: `string (1..64)`, `"a" | "b"`, `list of object`. */
export const typeName = (node: SchemaNode): string => {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (node.anyOf) return [...new Set(node.anyOf.map(typeName))].join(" | ");
  if (node.type === "array") return `list of ${node.items ? typeName(node.items) : "anything"}${bounds(node)}`;
  if (node.patternProperties) return `map to ${Object.values(node.patternProperties).map(typeName).join(" | ")}`;
  return `${node.type ?? "anything"}${bounds(node)}`;
};

const bounds = (node: SchemaNode): string => {
  const low = node.minLength ?? node.minimum;
  const high = node.maxLength ?? node.maximum ?? node.maxItems;
  if (low === undefined && high === undefined) return "";
  return ` (${low ?? ""}..${high ?? ""})`;
};
