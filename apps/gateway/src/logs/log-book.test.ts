import { mkdtemp, readFile, readdir, rm, stat, writeFile, appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createLogBook, type LogBookOptions } from "./log-book.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "koi-log-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const line = (message: string, level = "info") => JSON.stringify({ time: "t", level, part: "p", message });
const messages = (lines: readonly string[]): unknown[] => lines.map((text) => JSON.parse(text).message);
const open = (options: Partial<LogBookOptions> = {}) => {
  const book = createLogBook({ path: join(home, "logs", "gateway.log"), ...options });
  book.open();
  return book;
};

describe("the log's files", () => {
  it("hold every line, also those from before the home was locked, and are for nobody else", async () => {
    const book = createLogBook({ path: join(home, "logs", "gateway.log") });
    book.write(line("early"));
    expect(await readdir(home)).toEqual([]);
    book.open();
    book.write(line("later"));
    book.close();
    expect(await readFile(join(home, "logs", "gateway.log"), "utf8")).toBe(`${line("early")}\n${line("later")}\n`);
    expect((await stat(join(home, "logs", "gateway.log"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, "logs"))).mode & 0o777).toBe(0o700);
  });

  it("are a few of limited size, however much is written", async () => {
    const book = open({ maxFileBytes: 1000, files: 3 });
    for (let count = 0; count < 200; count++) book.write(line(`message ${count}`));
    book.close();
    const names = await readdir(join(home, "logs"));
    expect(names.toSorted()).toEqual(["gateway.log", "gateway.log.1", "gateway.log.2"]);
    for (const name of names) expect((await stat(join(home, "logs", name))).size).toBeLessThanOrEqual(1000);
    expect(await readFile(join(home, "logs", "gateway.log"), "utf8")).toContain("message 199");
  });

  it("are no reason to fail where the disk refuses them", async () => {
    await writeFile(join(home, "logs"), "not a directory");
    const book = open();
    book.write(line("kept in memory"));
    expect(messages(book.tail({}).lines)).toEqual(["kept in memory"]);
  });

  it("are read again after a restart, also behind a torn line", async () => {
    const before = open();
    before.write(line("before"));
    before.close();
    await appendFile(join(home, "logs", "gateway.log"), '{"torn');
    const after = open();
    after.write(line("after"));
    expect(after.tail({}).lines).toEqual([line("before"), '{"torn', line("after")]);
    expect((await readFile(join(home, "logs", "gateway.log"), "utf8")).split("\n")).toContain(line("after"));
  });
});

describe("a page of the log", () => {
  it("is the newest lines, and says that there are older ones", () => {
    const book = open();
    for (const message of ["a", "b", "c"]) book.write(line(message));
    expect(messages(book.tail({ limit: 2 }).lines)).toEqual(["b", "c"]);
    expect([book.tail({ limit: 2 }).truncated, book.tail({}).truncated]).toEqual([true, false]);
  });

  it("holds lines of the wanted importance only", () => {
    const book = open();
    for (const level of ["debug", "info", "warn", "error"]) book.write(line(level, level));
    expect(messages(book.tail({ level: "warn" }).lines)).toEqual(["warn", "error"]);
  });

  it("shows a follower every line once, whatever is written between and however small the pages", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 }), { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (bursts, limit) => {
        const book = createLogBook({ path: join(home, "unused") });
        let { cursor } = book.tail({});
        const seen: unknown[] = [];
        const written: string[] = [];
        const pull = () => {
          const page = book.tail({ cursor, limit });
          ({ cursor } = page);
          seen.push(...messages(page.lines));
          return page.lines.length;
        };
        for (const burst of bursts) {
          for (let count = 0; count < burst; count++) {
            written.push(String(written.length));
            book.write(line(written.at(-1) ?? ""));
          }
          pull();
        }
        while (pull() > 0);
        expect(seen).toEqual(written);
      }),
    );
  });

  it("says that lines were lost to a follower who came too late, and begins anew for a cursor it does not know", () => {
    const book = open({ maxCharacters: 200 });
    const { cursor } = book.tail({});
    for (let count = 0; count < 20; count++) book.write(line(`${count}`));
    expect(book.tail({ cursor })).toMatchObject({ truncated: true, reset: false });
    expect(messages(book.tail({ cursor }).lines).at(-1)).toBe("19");
    expect(book.tail({ cursor: cursor + 1_000_000 })).toMatchObject({ reset: true });
  });

  it("does not show a follower again what it saw of the process before", () => {
    const before = open({ now: () => 1000 });
    before.write(line("before"));
    const { cursor } = before.tail({});
    before.close();
    const after = open({ now: () => 2000 });
    after.write(line("after"));
    expect(messages(after.tail({ cursor }).lines)).toEqual(["after"]);
  });
});
