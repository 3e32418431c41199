import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { toolBench } from "../../testing/tool-bench.ts";

const bench = () => {
  const tools = toolBench();
  const at = (path: string): string => join(tools.workspace, path);
  return { ...tools, at, content: (path: string) => readFileSync(at(path), "utf8") };
};

describe("write", () => {
  it("creates a file and its directories and says how large it is", async () => {
    const { call, content } = bench();
    const result = await call("write", { path: "a/b/notes.md", content: "one\ntwo\n" });
    expect(result).toEqual({ text: "Created a/b/notes.md (2 lines, 8 bytes).", isError: false });
    expect(content("a/b/notes.md")).toBe("one\ntwo\n");
  });

  it("replaces a file at once, keeps its mode and leaves no draft behind", async () => {
    const { call, at, content, workspace } = bench();
    writeFileSync(at("run.sh"), "old");
    chmodSync(at("run.sh"), 0o750);
    const before = statSync(at("run.sh")).ino;
    expect((await call("write", { path: "run.sh", content: "new" })).text).toBe("Replaced run.sh (1 lines, 3 bytes).");
    expect(content("run.sh")).toBe("new");
    expect(statSync(at("run.sh")).mode & 0o777).toBe(0o750);
    expect(statSync(at("run.sh")).ino).not.toBe(before);
    expect(readdirSync(workspace)).toEqual(["run.sh"]);
  });

  it("writes through a symbolic link and keeps the link", async () => {
    const { call, at, content } = bench();
    writeFileSync(at("real.md"), "old");
    symlinkSync("real.md", at("link.md"));
    await call("write", { path: "link.md", content: "new" });
    expect(content("real.md")).toBe("new");
    expect(
      readdirSync(at("."), { withFileTypes: true })
        .find(({ name }) => name === "link.md")
        ?.isSymbolicLink(),
    ).toBe(true);
  });

  it("does not replace a directory", async () => {
    const { call, at } = bench();
    mkdirSync(at("d"));
    expect(await call("write", { path: "d", content: "" })).toMatchObject({ isError: true });
  });
});

const edited = async (before: string, input: object) => {
  const { call, at, content } = bench();
  writeFileSync(at("f"), before);
  const result = await call("edit", { path: "f", ...input });
  return { ...result, after: content("f") };
};

describe("edit", () => {
  it("replaces text that occurs once, literally", async () => {
    const { text, after } = await edited("a\nprice: 5\nb\n", { oldText: "price: 5", newText: "price: $& $1" });
    expect(after).toBe("a\nprice: $& $1\nb\n");
    expect(text).toBe("Changed f in 1 place (line 2).");
  });

  it("refuses text that occurs twice and names the lines", async () => {
    const { text, isError, after } = await edited("x\ny\nx\n", { oldText: "x", newText: "z" });
    expect(isError).toBe(true);
    expect(text).toContain("occurs 2 times (lines 1, 3)");
    expect(after).toBe("x\ny\nx\n");
  });

  it("replaces every occurrence when told to", async () => {
    const { text, after } = await edited("x\ny\nx", { oldText: "x", newText: "xx", replaceAll: true });
    expect(after).toBe("xx\ny\nxx");
    expect(text).toContain("2 places (line 1, 3)");
  });

  it("shows the line that differs only in white space", async () => {
    const { text } = await edited("if (a) {\n\treturn  b;\n}\n", { oldText: "  return b;", newText: "" });
    expect(text).toContain("line 2 differs only in white space. It reads:\n\treturn  b;");
  });

  it("says that text is not there", async () => {
    expect((await edited("a", { oldText: "b", newText: "c" })).text).toContain("does not occur in the file");
  });

  it("keeps the line ends of a file with CRLF", async () => {
    const { after } = await edited("a\r\nb\r\nc\r\n", { oldText: "a\nb", newText: "1\n2" });
    expect(after).toBe("1\r\n2\r\nc\r\n");
  });

  it("does not touch a file that is not text", async () => {
    const { call, at } = bench();
    writeFileSync(at("f"), Uint8Array.from([0xff, 0xfe, 0x41]));
    expect(await call("edit", { path: "f", oldText: "A", newText: "B" })).toMatchObject({ isError: true });
    expect([...readFileSync(at("f"))]).toEqual([0xff, 0xfe, 0x41]);
  });

  it("refuses a change that changes nothing, and an empty text", async () => {
    expect((await edited("a", { oldText: "a", newText: "a" })).text).toContain("nothing would change");
    expect(await edited("a", { oldText: "", newText: "a" })).toMatchObject({ isError: true });
  });
});

describe("ls", () => {
  it("lists sorted, with directories and links marked", async () => {
    const { call, at } = bench();
    mkdirSync(at("docs"));
    writeFileSync(at("b.md"), "");
    writeFileSync(at(".hidden"), "");
    symlinkSync("b.md", at("link"));
    expect((await call("ls", {})).text).toBe(".hidden\nb.md\ndocs/\nlink@");
    expect((await call("ls", { path: "docs" })).text).toBe("[empty directory]");
    expect((await call("ls", { path: "b.md" })).text).toBe("b.md is a file of 0 bytes.");
  });

  it("stops visibly after 500 entries", async () => {
    const { call, at } = bench();
    for (let index = 0; index < 510; index++) writeFileSync(at(`f${index}`), "");
    const lines = (await call("ls", {})).text.split("\n");
    expect(lines.length).toBe(501);
    expect(lines.at(-1)).toBe("[500 of 510 entries are shown]");
  });
});

describe("titles", () => {
  it("say in one line what a call does", () => {
    const { tools } = bench();
    const title = (name: string, input: unknown) => tools.find((tool) => tool.name === name)?.title(input);
    expect(title("read", { path: "notes.md" })).toBe("read notes.md");
    expect(title("write", { path: "notes.md", content: "" })).toBe("write notes.md");
    expect(title("edit", { path: "notes.md", oldText: "a", newText: "b" })).toBe("edit notes.md");
    expect(title("ls", {})).toBe("list files");
    expect(title("ls", { path: "docs" })).toBe("list files in docs");
    expect(title("exec", { command: "uname -a" })).toBe("run `uname -a`");
    expect(title("exec", { command: `echo\n  ${"x".repeat(300)}` })?.length).toBeLessThanOrEqual(100);
    expect(title("exec", "not json")).toBe("exec");
  });
});
