/** A configuration that may be shown: every secret of the schema is replaced. */

import { asNode, childOf, isRecord, type SchemaNode } from "./schema/node.ts";
import { SkykoiConfig } from "./schema/skykoi-config.ts";

const REDACTED = "[redacted]";

/** Empty secrets stay empty, so that it can be seen that they are not set. */
export const redactConfig = (config: SkykoiConfig): unknown => redactValue(asNode(SkykoiConfig), config);

const redactValue = (node: SchemaNode, value: unknown): unknown => {
  if (node.secret) return value === "" ? "" : REDACTED;
  if (Array.isArray(value)) return value.map((item) => (node.items ? redactValue(node.items, item) : item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const child = childOf(node, key);
      return [key, child ? redactValue(child, item) : item];
    }),
  );
};
