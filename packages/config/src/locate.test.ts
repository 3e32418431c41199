import { joinPath } from "@skykoi/schema";
import * as fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";

import { createLocator } from "./locate.ts";

const pathsOf = (value: unknown, path = ""): string[] => {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => pathsOf(item, joinPath(path, index)))];
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, joinPath(path, key)))];
};

describe("createLocator", () => {
  it("finds every key of any JSON5 text on the line where it is written", () => {
    const key = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,6}$/);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON5.stringify(value, null, 2);
        const locate = createLocator(text);
        const lines = text.split("\n");
        for (const path of pathsOf(value)) {
          const line = lines[(locate(path) ?? 0) - 1];
          const name = /(?:^|\.)([a-zA-Z0-9]+)$/.exec(path)?.[1];
          expect(line).toBeDefined();
          if (name) expect(line).toContain(name);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("ends on any text, also on one that is not JSON5", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "'", "/", "*", "a", "\n", " ") }),
        (text) => {
          createLocator(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});
