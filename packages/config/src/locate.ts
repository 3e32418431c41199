/** Finds the line of each key in JSON5 text, so that a problem can be shown where it was written. */

import { joinPath } from "@skykoi/schema";

import { scanText, type TextNode } from "./text-tree.ts";

/** The line (from 1) of a path, or of the nearest part of it that is written. `text` must be valid JSON5. */
export const createLocator = (text: string): ((path: string) => number | undefined) => {
  const offsets = new Map<string, number>();
  const root = scanText(text);
  offsets.set("", root.start);
  collectOffsets(root, "", offsets);
  return (path) => {
    for (let here: string | undefined = path; here !== undefined; here = parentPath(here)) {
      const offset = offsets.get(here);
      if (offset !== undefined) return text.slice(0, offset).split("\n").length;
    }
    return undefined;
  };
};

const collectOffsets = (node: TextNode, path: string, offsets: Map<string, number>): void => {
  switch (node.kind) {
    case "object":
      for (const { key, start, value } of node.members) {
        offsets.set(joinPath(path, key), start);
        collectOffsets(value, joinPath(path, key), offsets);
      }
      return;
    case "array":
      for (const [index, { value }] of node.items.entries()) {
        offsets.set(joinPath(path, index), value.start);
        collectOffsets(value, joinPath(path, index), offsets);
      }
      return;
    case "scalar":
  }
};

/** The path one level up, or undefined at the top. */
const parentPath = (path: string): string | undefined => {
  const cut = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  if (cut > 0) return path.slice(0, cut);
  return path === "" ? undefined : "";
};
