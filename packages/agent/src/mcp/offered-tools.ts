/** What a server says about its tools, taken as far as it is sound: a description is data from outside like any other. */

import { visibleText } from "../untrusted/visible-text.ts";

export interface OfferedTool {
  /** As the server calls it. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly inputSchema: object;
}

const MAX_TOOLS = 128;
const MAX_NAME_CHARS = 128;
const MAX_DESCRIPTION_CHARS = 1_024;
const MAX_SCHEMA_CHARS = 20_000;

export const toolsOffered = (
  listed: readonly unknown[],
): { readonly tools: readonly OfferedTool[]; readonly problems: readonly string[] } => {
  const problems: string[] = [];
  const tools = new Map<string, OfferedTool>();
  for (const item of listed.slice(0, MAX_TOOLS)) {
    const tool = asTool(item);
    if (typeof tool === "string") problems.push(tool);
    else if (tools.has(tool.name)) problems.push(`The tool ${tool.name} is offered twice.`);
    else tools.set(tool.name, tool);
  }
  if (listed.length > MAX_TOOLS) problems.push(`${listed.length} tools are offered; the first ${MAX_TOOLS} are used.`);
  return { tools: [...tools.values()], problems };
};

/** A sentence when it cannot be used. */
const asTool = (item: unknown): OfferedTool | string => {
  if (!isRecord(item)) return "A tool is not an object.";
  const { name, description, inputSchema } = item;
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME_CHARS) return "A tool has no usable name.";
  const label = visibleText(name).text.replaceAll(/\s+/g, " ");
  if (!isRecord(inputSchema) || inputSchema["type"] !== "object") {
    return `The tool ${label} is left out: its schema is not that of an object.`;
  }
  const { properties } = inputSchema;
  if (properties !== undefined && !isRecord(properties)) {
    return `The tool ${label} is left out: its properties are malformed.`;
  }
  if (JSON.stringify(inputSchema).length > MAX_SCHEMA_CHARS)
    return `The tool ${label} is left out: its schema is too large.`;
  const text = typeof description === "string" ? visibleText(description).text.trim() : "";
  return { name, description: text.slice(0, MAX_DESCRIPTION_CHARS).toWellFormed(), inputSchema };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
