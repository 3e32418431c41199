import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { COMMANDS } from "./commands.ts";
import { EXIT } from "./exit-code.ts";

const DOC = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "koi.md"), "utf8").replaceAll("\\|", "|");

it.each(COMMANDS)("docs/koi.md shows `koi $usage` as it is", ({ usage, summary }) => {
  expect(DOC).toContain(`\`koi ${usage}\``);
  expect(DOC).toContain(summary);
});

it.each(Object.entries(EXIT))("docs/koi.md explains the exit code of %s", (_name, code) => {
  expect(DOC).toMatch(new RegExp(`^\\| ${code} `, "m"));
});

it("no command hides another one that begins with the same words", () => {
  for (const [index, { words }] of COMMANDS.entries()) {
    const later = COMMANDS.slice(index + 1);
    expect(later.filter((other) => words.every((word, at) => other.words[at] === word))).toEqual([]);
  }
});
