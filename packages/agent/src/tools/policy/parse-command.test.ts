import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "../../testing/scene.ts";
import { parseCommand } from "./parse-command.ts";

/** Commands as argument lists; what is decided when it runs is `?` (one) or `??` (several). */
const commands = (text: string): string[][] | string => {
  const parse = parseCommand(text);
  if (!parse.ok) return parse.reason;
  return parse.parsed.commands.map(({ words }) =>
    words.map((word) => {
      if (word.kind === "literal") return word.text;
      return word.single ? "?" : "??";
    }),
  );
};

describe("a command", () => {
  it.each<[string, string[][]]>([
    ["git status", [["git", "status"]]],
    [`echo 'a b' "c d" e\\ f g"h"'i'`, [["echo", "a b", "c d", "e f", "ghi"]]],
    ["a | b && c || d; e & f\ng", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]],
    ["(a; (b)) && { c; }", [["a"], ["b"], ["c"]]],
    ["! if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]],
    ["while a; do b; done", [["a"], ["b"]]],
    [
      "echo $(rm x) `rm y`",
      [
        ["rm", "x"],
        ["rm", "y"],
        ["echo", "??", "??"],
      ],
    ],
    [`echo "$(a "$(b)")"`, [["b"], ["a", "?"], ["echo", "?"]]],
    [`echo "$HOME" $HOME ~ * a{b,c} "~*"`, [["echo", "?", "??", "??", "??", "??", "~*"]]],
    ["A=1 B=2 c d=3", [["c", "d=3"]]],
    ["a >f 2>&1 </dev/null b", [["a", "b"]]],
    ["cat <<E | b\nrm x\nE\nc", [["cat"], ["b"], ["c"]]],
    ["cat <<'E'\n$(rm x)\nE", [["cat"]]],
    ["a # b; c\nd#e", [["a"], ["d#e"]]],
    ["echo $((1 + 2))", [["echo", "??"]]],
    [
      "[ -f x ] && find . -name a -exec rm {} +",
      [
        ["[", "-f", "x", "]"],
        ["find", ".", "-name", "a", "-exec", "rm", "{}", "+"],
      ],
    ],
    ["a \\\n  b", [["a", "b"]]],
    ["", []],
  ])("%j runs %j", (text, expected) => {
    expect(commands(text)).toEqual(expected);
  });

  it.each([
    "$x a",
    "a*b c",
    "f() { a; }; f",
    "function f { a; }",
    "a <(b)",
    "for x in a; do b; done",
    "case a in b) c;; esac",
    "[[ -f a ]]",
    "((a[$(b)]))",
    "echo $((a[$(b)]))",
    "echo ${x:-$(b)}",
    `echo "$@"`,
    "echo $'a'",
    "a=(b c)",
    "a[$(b)]=1",
    "a 'b",
    `a "b`,
    "a (b)",
    "a )",
    "(a",
    "echo `a \\`b\\``",
    "cat <<E\n$(rm x)\nE",
    "cat <<E",
    "a $(cat <<E)\nb\nE",
    "$\\\n(a)",
    "ec\\\nho",
    "{x}>f a",
    "time a",
    "a\r",
    `a ${"b".repeat(40_000)}`,
  ])("%j is not claimed to be understood", (text) => {
    expect(parseCommand(text).ok).toBe(false);
  });

  it("tells what it writes to and what it sets", () => {
    const parse = parseCommand("A=1 b >f 2>/dev/null 2>&1 >&2 <g; C+=2; d >>'h i' &>j >|k <>l");
    expect(parse.ok && parse.parsed.assigns).toEqual(["A", "C"]);
    expect(parse.ok && parse.parsed.writes.map((word) => word.kind === "literal" && word.text)).toEqual([
      "f",
      "h i",
      "j",
      "k",
      "l",
    ]);
  });
});

/** Two programs that write down how they were called, in a directory that is the whole PATH. */
const recorder = () => {
  const directory = temporaryDirectory();
  let runs = 0;
  const bin = join(directory, "bin");
  const work = join(directory, "work");
  mkdirSync(bin);
  for (const name of ["a", "b"]) {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/bash\n{ printf '%s\\0' ${name} "$@"; printf '\\1\\0'; } >> "$LOG"\n`);
    chmodSync(path, 0o755);
  }
  return (command: string): string[][] => {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    // One for each run: a command in the background may still write to the one before.
    const log = join(directory, `log${++runs}`);
    writeFileSync(log, "");
    try {
      execFileSync("/bin/bash", ["-c", `set -f; ${command}`], {
        cwd: work,
        env: { PATH: bin, LOG: log },
        stdio: "ignore",
        timeout: 5_000,
      });
    } catch {
      // What a command ends with is not asked here, only what it ran.
    }
    return readFileSync(log, "utf8")
      .split("\u0001\0")
      .filter((call) => call !== "")
      .map((call) => call.split("\0").slice(0, -1));
  };
};

const piece = fc.constantFrom(
  ..."a|b|a |b | |'|\"|\\|;|&|&&|\\n|(|)|$(|`|$|{|}|<|>|>>|#|!|*|~|=|if |then |fi|a=|<<b\\n|\\\\\\n|do |[|]|-|1|2>&1|<<<|,".split(
    "|",
  ),
  "|",
  "||",
);
const soup = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join("").replaceAll("\\n", "\n"));

const quotedWord = fc
  .string({
    maxLength: 6,
    unit: fc.constantFrom("x", " ", "'", '"', "\\", "$", "`", "*", ";", "&", "|", "#", "(", ">", "~", "ä"),
  })
  .map((text) => ({ text, source: `'${text.replaceAll("'", `'\\''`)}'` }));
const doubleWord = fc
  .string({ maxLength: 6, unit: fc.constantFrom("x", " ", "'", '"', "\\", "$", "`", "*", ";") })
  .map((text) => ({ text, source: `"${text.replaceAll(/["$`\\]/g, String.raw`\$&`)}"` }));
const simple = fc
  .tuple(fc.constantFrom("a", "b"), fc.array(fc.oneof(quotedWord, doubleWord), { maxLength: 4 }))
  .map(([name, words]) => ({
    argv: [name, ...words.map(({ text }) => text)],
    source: [name, ...words.map(({ source }) => source)].join(" "),
  }));

/** Whether `run` may be one of the calls of `parsed`. */
const covers = (parsed: readonly string[], run: readonly string[]): boolean => {
  const [first, ...rest] = parsed;
  if (first === undefined) return run.length === 0;
  if (first === "??") return run.some((_, index) => covers(rest, run.slice(index))) || covers(rest, []);
  return run.length > 0 && (first === "?" || first === run[0]) && covers(rest, run.slice(1));
};

describe("what bash runs", () => {
  it("is among what was understood, whatever the command", { timeout: 120_000 }, () => {
    const run = recorder();
    let understood = 0;
    fc.assert(
      fc.property(soup, (text) => {
        const parsed = commands(text);
        if (typeof parsed === "string") return;
        understood++;
        for (const call of run(text)) {
          if (!parsed.some((known) => covers(known, call)))
            throw new Error(`ran ${JSON.stringify(call)}, understood ${JSON.stringify(parsed)}`);
        }
      }),
      { numRuns: 600 },
    );
    expect(understood).toBeGreaterThan(50);
  });

  it("is exactly what was understood, where every command must run", { timeout: 120_000 }, () => {
    const run = recorder();
    fc.assert(
      fc.property(
        fc.array(simple, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(" ; ", "\n", " && "),
        (list, by) => {
          const text = list.map(({ source }) => source).join(by);
          expect(commands(text)).toEqual(list.map(({ argv }) => argv));
          expect(run(text)).toEqual(list.map(({ argv }) => argv));
        },
      ),
      { numRuns: 40 },
    );
  });
});
