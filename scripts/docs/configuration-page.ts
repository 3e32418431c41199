/** The reference part of docs/configuration.md, and skykoi.json's JSON Schema for editors, from the schema of the configuration. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { WITHOUT_EFFECT, configKeys, configJsonSchema, type ConfigKey } from "@skykoi/config";

import { typeName, type SchemaNode } from "./describe-schema.ts";
import { code, table } from "./markdown.ts";

const BEGIN = "<!-- Generated from packages/config by `npm run docs`; do not edit up to the end mark. -->";
const END = "<!-- End of the generated part. -->";
const PAGE = join(import.meta.dirname, "..", "..", "docs", "configuration.md");

/** The page as it is, with its generated part renewed. */
export const configurationPage = (): string => {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = split(text, BEGIN);
  const [, after] = split(rest, END);
  return [before, BEGIN, "\n\n", reference(), "\n\n", END, after].join("");
};

export const configurationSchema = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;

const split = (text: string, mark: string): [string, string] => {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/configuration.md lacks the mark ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
};

const reference = (): string =>
  table(
    ["key", "type", "default", "edit applies", "meaning"],
    configKeys().map((key) => [
      code(key.path),
      typeOf(key),
      defaultOf(key),
      key.reload === "hot" ? "at once" : "after a restart",
      `${key.description}${isWithoutEffect(key.path) ? " *No effect in this version.*" : ""}`,
    ]),
  );

const typeOf = ({ schema, secret }: ConfigKey): string => {
  const node: SchemaNode = JSON.parse(JSON.stringify(schema));
  return secret ? "secret" : typeName(node);
};

const defaultOf = ({ default: value, hostDefault }: ConfigKey): string => {
  if (hostDefault !== undefined) return hostDefault;
  return value === undefined ? "" : code(JSON.stringify(value));
};

const isWithoutEffect = (path: string): boolean =>
  WITHOUT_EFFECT.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`));
