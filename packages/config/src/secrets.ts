/** Secrets in what is shown and in what comes back: a placeholder goes out, and never overwrites what it stands for. */

import { fault } from "@skykoi/fault";
import { joinPath } from "@skykoi/schema";

import { asNode, childOf, isRecord, type SchemaNode } from "./schema/node.ts";
import { SkykoiConfig } from "./schema/skykoi-config.ts";

export const REDACTED = "[redacted]";

/** A validated configuration that may be shown. Empty secrets stay empty, so that it can be seen that they are not set. */
export const redactConfig = (config: SkykoiConfig): unknown => redactValue(config, []);

/** What a file says, or a part of it at `path`; a secret that is only the name of a variable may be seen. */
export const redactWritten = (value: unknown, path: readonly string[] = []): unknown =>
  redactValue(value, path, (secret) => /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(secret));

const redactValue = (value: unknown, path: readonly string[], mayShow: (secret: string) => boolean = () => false) =>
  mapSecrets(nodeAt(path), value, (secret) => {
    if (secret === "" || (typeof secret === "string" && mayShow(secret))) return secret;
    return REDACTED;
  });

/**
 * `value` as it is to be written at `path`, where every placeholder is the secret that is written there now. Throws
 * INVALID_REQUEST for a placeholder that stands for nothing.
 */
export const restoreSecrets = (value: unknown, written: unknown, path: readonly string[] = []): unknown =>
  mapSecrets(nodeAt(path), value, (secret, below) => {
    if (secret !== REDACTED) return secret;
    const present = below.reduce(childValue, path.reduce(childValue, written));
    if (typeof present === "string" && present !== "") return present;
    const where = [...path, ...below].reduce(joinPath, "");
    throw fault("INVALID_REQUEST", {
      message: `${where} is the placeholder of a secret, and there is none it could stand for. Give the secret itself.`,
    });
  });

const childValue = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};

const nodeAt = (path: readonly string[]): SchemaNode | undefined =>
  path.reduce<SchemaNode | undefined>((node, key) => node && (node.items ?? childOf(node, key)), asNode(SkykoiConfig));

type MapSecret = (secret: unknown, path: readonly string[]) => unknown;

/**
 * A copy in which every value that the schema calls secret went through `map`, with its path below `value`; so did what
 * the schema does not know, for it may be a secret under a mistyped name.
 */
const mapSecrets = (
  node: SchemaNode | undefined,
  value: unknown,
  map: MapSecret,
  path: readonly string[] = [],
): unknown => {
  if (!node || node.secret) return map(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapSecrets(node.items, item, map, [...path, String(index)]));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapSecrets(childOf(node, key), item, map, [...path, key])]),
  );
};
