/** Which keys differ between two configurations, and whether the difference needs a restart to act. */

import { isDeepStrictEqual } from "node:util";

import { asNode, childOf, isRecord, type SchemaNode } from "./schema/node.ts";
import { SkykoiConfig } from "./schema/skykoi-config.ts";

export interface ChangedKeys {
  /** Paths of keys of the schema; what lies below a map or a list is the key that holds it. */
  readonly changed: readonly string[];
  /** Those of them that act only after a restart. */
  readonly restartNeeded: readonly string[];
}

export const changedKeys = (before: SkykoiConfig, after: SkykoiConfig): ChangedKeys => {
  const keys = differences(asNode(SkykoiConfig), before, after, "");
  return {
    changed: keys.map(({ path }) => path),
    restartNeeded: keys.filter(({ reload }) => reload === "restart").map(({ path }) => path),
  };
};

/** `wanted`, but with the keys that need a restart as they are in `running`: what may act now. */
export const holdRestartKeys = (running: SkykoiConfig, wanted: SkykoiConfig): SkykoiConfig => {
  const held = structuredClone(wanted);
  hold(asNode(SkykoiConfig), running, held);
  return held;
};

const hold = (node: SchemaNode, running: unknown, held: unknown): void => {
  if (!isRecord(running) || !isWritable(held)) return;
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    if (child.reload === "restart") held[key] = running[key];
    else if (child.reload === undefined) hold(child, running[key], held[key]);
  }
};

const isWritable = (value: unknown): value is Record<string, unknown> => isRecord(value);

interface ChangedKey {
  readonly path: string;
  readonly reload: "hot" | "restart";
}

const differences = (node: SchemaNode, before: unknown, after: unknown, path: string): ChangedKey[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (node.reload !== undefined || !node.properties) return [{ path, reload: node.reload ?? "restart" }];
  return Object.keys(node.properties).flatMap((key) =>
    differences(childOf(node, key) ?? {}, valueAt(before, key), valueAt(after, key), path ? `${path}.${key}` : key),
  );
};

const valueAt = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
