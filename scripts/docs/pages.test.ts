import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fieldRows, typeName } from "./describe-schema.ts";
import { table } from "./markdown.ts";
import { GENERATED_PAGES } from "./pages.ts";

describe("the generated documentation", () => {
  it.each(Object.entries(GENERATED_PAGES))(
    "%s says what the code says (renew it with `npm run docs`)",
    (path, render) => {
      expect(readFileSync(join(import.meta.dirname, "..", "..", path), "utf8")).toBe(render());
    },
  );
});

describe("a schema in words", () => {
  it("names bounds, alternatives, lists and nested fields", () => {
    const schema = {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string", minLength: 1, maxLength: 64 },
        kind: { enum: ["a", "b"] },
        rows: {
          type: "array",
          items: { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 0 } } },
        },
      },
    };
    expect(fieldRows(schema)).toEqual([
      { field: "id", type: "string (1..64)", required: true },
      { field: "kind", type: '"a" | "b"', required: false },
      { field: "rows", type: "list of object", required: false },
      { field: "rows[].n", type: "integer (0..)", required: true },
    ]);
    expect(typeName({ anyOf: [{ const: true }, { type: "string" }] })).toBe("true | string");
  });

  it("keeps a table whole when a cell holds a bar or a line break", () => {
    expect(table(["a"], [["x | y\nz"]])).toBe("| a |\n| --- |\n| x \\| y z |");
  });
});
