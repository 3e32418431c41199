import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseWishes, type Wish } from "./wishes.ts";

const exec = (command: string): Wish => ({ kind: "exec", command });
const write = (path: string, content: string): Wish => ({ kind: "write", path, content });
const read = (path: string): Wish => ({ kind: "read", path });
const ls = (path?: string): Wish => ({ kind: "ls", path });
const edit = (path: string, oldText: string, newText: string): Wish => ({ kind: "edit", path, oldText, newText });
const help: Wish = { kind: "help" };
const unknown: Wish = { kind: "unknown" };

const SAID: [string, ...Wish[]][] = [
  ["run `uname -a`", exec("uname -a")],
  ["run uname -a", exec("uname -a")],
  ["Please run the command `ls | wc -l` and tell me the output.", exec("ls | wc -l")],
  ["execute echo hi", exec("echo hi")],
  ["could you run uname -a?", exec("uname -a")],
  ["run echo what?", exec("echo what?")],
  ["run date, please", exec("date")],
  ["run if true; then cat x; fi", exec("if true; then cat x; fi")],
  ["run `echo a and then run b`", exec("echo a and then run b")],
  ["ls -la", exec("ls -la")],
  ["cat a.txt | wc -l", exec("cat a.txt | wc -l")],
  ["run the tests", unknown],
  ["create notes.md with Buy milk", write("notes.md", "Buy milk")],
  ["create notes.md with the pond is calm", write("notes.md", "the pond is calm")],
  ["create notes.md with text: the pond", write("notes.md", "the pond")],
  ["create notes.md with text about it", write("notes.md", "text about it")],
  ["write notes.md containing: hello", write("notes.md", "hello")],
  ['Create a file called notes.md with the text "two words"', write("notes.md", "two words")],
  ["create a new file docs/plan.md with:\n```\na\nb\n```", write("docs/plan.md", "a\nb")],
  ["write 'hello there' to greeting.txt", write("greeting.txt", "hello there")],
  ["create an empty file log.txt", write("log.txt", "")],
  ['write "my notes.md" with x', write("my notes.md", "x")],
  ["read notes.md", read("notes.md")],
  ["show me the contents of docs/plan.md", read("docs/plan.md")],
  ["open the file README.", read("README")],
  ["what's up", unknown],
  ["show mercy", unknown],
  ["show the contents of docs", ls("docs")],
  ["cat Makefile", read("Makefile")],
  ["list files", ls()],
  ["ls", ls()],
  ["ls docs", ls("docs")],
  ["list the files in docs", ls("docs")],
  ["list files in the docs folder", ls("docs")],
  ["show me the files", ls()],
  ["what files are there?", ls()],
  ["replace milk with bread in notes.md", edit("notes.md", "milk", "bread")],
  ['change "a b" to "c" in the file notes.md', edit("notes.md", "a b", "c")],
  ["create a.txt with hello and then read it", write("a.txt", "hello"), read("a.txt")],
  ["Create a.txt with hello, then run `cat a.txt`", write("a.txt", "hello"), exec("cat a.txt")],
  ["run pwd then list files and then read notes.md", exec("pwd"), ls(), read("notes.md")],
  ["run `pwd` and then dance", exec("pwd")],
  ["hello", help],
  ["What can you do?", help],
  ["", help],
  ["write me a poem", unknown],
  ["read it", unknown],
];

describe("the offline model's ear", () => {
  it.each(SAID.map(([message, ...wishes]) => ({ message, wishes })))("understands $message", ({ message, wishes }) => {
    expect(parseWishes(message)).toEqual(wishes);
  });

  it("takes any text without throwing and always answers with at least one wish", () => {
    const words = [
      "run",
      "`",
      '"',
      "then",
      "and then",
      "write",
      "replace",
      "with",
      "in",
      "to",
      "notes.md",
      "it",
      "\n",
      ";",
      "ls",
    ];
    const composed = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          composed.map((parts) => parts.join(" ")),
        ),
        (message) => {
          expect(parseWishes(message).length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each([
    ["blanks", `replace${" ".repeat(19_000)}x`],
    ["joints", "then run ".repeat(2_200)],
    ["joints of an edit", `replace ${"x with y in ".repeat(160)}`],
    ["quotes", '"'.repeat(20_000)],
    ["a book", "run ".repeat(1_000_000)],
  ])("reads a hostile message of %s in bounded time", (_, message) => {
    const start = performance.now();
    parseWishes(message);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
