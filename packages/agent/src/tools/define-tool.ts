/** A tool from its parts: the schema is checked here, so that a tool's own code only sees valid input. */

import { compileValidator, type Problem } from "@skykoi/schema";
import type { Static, TObject, TProperties } from "typebox";

import { modelSchema } from "./model-schema.ts";
import type { Tool, ToolContext, ToolResult } from "../port.ts";

export interface ToolDefinition<P extends TProperties> {
  readonly name: string;
  readonly description: string;
  readonly input: TObject<P>;
  title(input: Static<TObject<P>>): string;
  execute(input: Static<TObject<P>>, context: ToolContext): Promise<ToolResult>;
}

const MAX_TITLE_CHARS = 100;

export const defineTool = <P extends TProperties>(definition: ToolDefinition<P>): Tool => {
  const { name, description, input: schema } = definition;
  const validate = compileValidator(schema);

  return {
    name,
    description,
    inputSchema: modelSchema(schema),
    title: (input) => {
      const check = validate(input);
      return check.ok ? oneLine(definition.title(check.value)) : name;
    },
    execute: async (input, context) => {
      if (typeof input === "string") return failed(`The arguments are not valid JSON. ${expected(name, schema)}`);
      const check = validate(input);
      if (check.ok) return definition.execute(check.value, context);
      return failed(`${check.problems.map(sentence).join(" ")} ${expected(name, schema)}`);
    },
  };
};

export const succeeded = (text: string): ToolResult => ({ text, isError: false });

export const failed = (text: string): ToolResult => ({ text, isError: true });

const sentence = ({ path, message }: Problem): string =>
  `${path || "The input"} ${message}${/[.?!]$/.test(message) ? "" : "."}`;

const expected = (name: string, schema: TObject): string => {
  const required = new Set(schema.required);
  const fields = Object.keys(schema.properties).map((field) => (required.has(field) ? field : `${field}?`));
  return `Call ${name} with a JSON object { ${fields.join(", ")} }.`;
};

const oneLine = (title: string): string => {
  const line = title.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_TITLE_CHARS ? `${line.slice(0, MAX_TITLE_CHARS - 1)}…` : line;
};
