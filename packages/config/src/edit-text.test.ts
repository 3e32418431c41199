import * as fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";

import { editText } from "./edit-text.ts";
import { setAt } from "./merge-patch.ts";

const TEXT = `// the head
{
  gateway: {
    mode: "local", // on one line
    port: 4000,
    /* before the token */
    auth: { token: 'secret' } // no comma behind
  },
  list: [
    { id: "main" }, // the first
  ],
}
// the end
`;

const set = (path: string[], value: unknown) => editText(TEXT, [{ path, value }]);

describe("editText", () => {
  it("replaces a value where it stands", () => {
    expect(set(["gateway", "port"], 5000)).toBe(TEXT.replace("4000", "5000"));
  });

  it("adds a key on a line of its own, behind the last one", () => {
    expect(set(["gateway", "bind"], "lan")).toBe(
      TEXT.replace("} // no comma behind", '}, // no comma behind\n    bind: "lan",'),
    );
  });

  it("adds a key beside the others in an object of one line", () => {
    expect(set(["gateway", "auth", "mode"], "token")).toContain(`{ token: 'secret', mode: "token" } // no comma`);
  });

  it("adds what lies between, indented as its neighbours", () => {
    expect(set(["logging", "level"], "debug")).toContain(`  ],\n  logging: { level: "debug" },\n}\n// the end`);
  });

  it("takes a key away with its line, and leaves the comments of the others", () => {
    expect(set(["gateway", "port"], undefined)).toBe(TEXT.replace("    port: 4000,\n", ""));
    expect(set(["gateway", "mode"], undefined)).toContain("{\n    // on one line\n    port");
  });

  it("appends to a list, replaces and removes in it", () => {
    expect(set(["list", "1"], { id: "b" })).toContain(`// the first\n    { id: "b" },\n  ],`);
    expect(set(["list", "0", "id"], "x")).toBe(TEXT.replace(`"main"`, `"x"`));
    expect(JSON5.parse(set(["list", "0"], undefined))).toMatchObject({ list: [] });
  });

  it("changes nothing when the key to be taken away is not there", () => {
    expect(set(["gateway", "bind"], undefined)).toBe(TEXT);
    expect(set(["models", "prices"], undefined)).toBe(TEXT);
  });

  it("quotes a key that is no plain name", () => {
    const text = set(["models", "prices", "lab/tiny"], 1);
    expect(JSON5.parse(text)).toMatchObject({ models: { prices: { "lab/tiny": 1 } } });
  });
});

/** JSON5 in any style, with a comment of its own name wherever one may stand. */
const commented = (value: unknown, random: () => number): string => {
  let comments = 0;
  const gap = (): string => {
    switch (Math.floor(random() * 6)) {
      case 0:
        return ` /* c${comments++}; */ `;
      case 1:
        return ` // c${comments++};\n  `;
      case 2:
        return "\n    ";
      case 3:
        return "";
      default:
        return " ";
    }
  };
  const key = (name: string): string => {
    if (random() < 0.3) return JSON.stringify(name);
    return random() < 0.3 ? `'${name}'` : name;
  };
  const items = (open: string, parts: string[], close: string): string =>
    `${open}${gap()}${parts.map((part) => `${part}${gap()}`).join(`,${gap()}`)}${parts.length > 0 && random() < 0.5 ? "," : ""}${gap()}${close}`;
  const write = (item: unknown): string => {
    if (Array.isArray(item)) return items("[", item.map(write), "]");
    if (typeof item !== "object" || item === null) return JSON.stringify(item);
    const members = Object.entries(item).map(([name, child]) => `${key(name)}${gap()}:${gap()}${write(child)}`);
    return items("{", members, "}");
  };
  return `${gap()}${write(value)}${gap()}`;
};

const commentsOf = (text: string): string[] => text.match(/c\d+;/g) ?? [];

describe("any edit of any text", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("x", "// no comment", "{", "it's", 'say "hi"'));
  const { tree, object } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("tree"), { maxLength: 3 }), tie("object")),
    object: fc.dictionary(name, tie("tree"), { maxKeys: 3, noNullPrototype: true }),
  }));
  const path = fc.array(name, { minLength: 1, maxLength: 3 });
  const seeds = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));

  it("gives exactly the value that was meant, and keeps every comment outside of what it replaced", () => {
    fc.assert(
      fc.property(object, path, fc.option(tree, { nil: undefined }), seeds, (value, where, next, stream) => {
        const text = commented(value, () => Number(stream.next().value));
        fc.pre(reachesByObjects(value, where));
        const after = editText(text, [{ path: where, value: next }]);
        expect(JSON5.parse(after)).toEqual(setAt(value, where, next));
        if (!isPresent(value, where)) expect(commentsOf(after)).toEqual(commentsOf(text));
      }),
      { numRuns: 700 },
    );
  });

  it("keeps all comments when a plain value is replaced by another", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, leaf, { minKeys: 1, noNullPrototype: true }),
        leaf,
        seeds,
        (value, next, stream) => {
          const text = commented(value, () => Number(stream.next().value));
          const [first = ""] = Object.keys(value);
          for (const edit of [next, undefined]) {
            const after = editText(text, [{ path: [first], value: edit }]);
            expect(commentsOf(after)).toEqual(commentsOf(text));
            expect(JSON5.parse(after)).toEqual(setAt(value, [first], edit));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** Whether everything on the way is an object or absent: a name is no place in a list. */
const reachesByObjects = (value: unknown, path: readonly string[]): boolean => {
  const [key, ...rest] = path;
  if (key === undefined || value === undefined) return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return reachesByObjects(Object.entries(value).find(([name]) => name === key)?.[1], rest);
};

const isPresent = (value: unknown, path: readonly string[]): boolean =>
  path.reduce<unknown>(
    (here, key) =>
      typeof here === "object" && here !== null ? Object.entries(here).find(([n]) => n === key)?.[1] : undefined,
    value,
  ) !== undefined;
