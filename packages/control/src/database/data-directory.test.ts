import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { inspectDataDirectory } from "./data-directory.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "skykoi-data-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, content: string | Buffer): void => {
  mkdirSync(join(directory, name, ".."), { recursive: true });
  writeFileSync(join(directory, name), content);
};

/** As far as can be told without starting PostgreSQL. */
const writeCluster = (): void => {
  write("cluster/PG_VERSION", "18\n");
  write("cluster/global/pg_control", Buffer.alloc(8192));
  for (const name of ["base/1/1259", "pg_wal/000000010000000000000001", "pg_xact/0000"]) write(`cluster/${name}`, "x");
};

const snapshot = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .toSorted()
      .map((name) => {
        const stat = statSync(join(directory, name));
        const content = stat.isFile() ? readFileSync(join(directory, name), "latin1") : "";
        return [name, `${stat.mtimeMs} ${content}`];
      }),
  );

describe("a data directory", () => {
  it("is empty when it is missing, has nothing in it, or only what a killed first start left", () => {
    expect(inspectDataDirectory(join(directory, "missing"))).toBe("empty");
    expect(inspectDataDirectory(directory)).toBe("empty");
    write("lock.db", "");
    write("lock.json", "{}");
    write("cluster.creating/PG_VERSION", "1");
    expect(inspectDataDirectory(directory)).toBe("empty");
  });

  it("holds a database when its files are there", () => {
    writeCluster();
    expect(inspectDataDirectory(directory)).toBe("cluster");
  });

  const damages: readonly (readonly [string, () => unknown])[] = [
    ["something that is not a database", () => write("holiday.jpg", "not a database")],
    ["a database of another program beside nothing of ours", () => write("PG_VERSION", "18")],
    ["no PG_VERSION", () => (writeCluster(), rmSync(join(directory, "cluster/PG_VERSION")))],
    ["an empty cluster", () => mkdirSync(join(directory, "cluster"))],
    ["a file in place of the cluster", () => write("cluster", "x")],
    ["another version", () => (writeCluster(), write("cluster/PG_VERSION", "17\n"))],
    ["garbage for a version", () => (writeCluster(), write("cluster/PG_VERSION", "\0\u0001"))],
    [
      "a directory for a version",
      () => (
        writeCluster(),
        rmSync(join(directory, "cluster/PG_VERSION")),
        mkdirSync(join(directory, "cluster/PG_VERSION"))
      ),
    ],
    ["a cut-off pg_control", () => (writeCluster(), write("cluster/global/pg_control", "x"))],
    ["no pg_control", () => (writeCluster(), rmSync(join(directory, "cluster/global/pg_control")))],
    ["no tables", () => (writeCluster(), rmSync(join(directory, "cluster/base"), { recursive: true }))],
    ["an emptied log", () => (writeCluster(), rmSync(join(directory, "cluster/pg_wal/000000010000000000000001")))],
  ];
  it.each(damages)("with %s is refused in one sentence that names it, and is left as it was", (_name, damage) => {
    damage();
    const before = snapshot();
    const inspect = () => inspectDataDirectory(directory);
    expect(inspect).toThrow(expect.objectContaining({ code: "DATA_DIR_CORRUPT" }));
    expect(inspect).toThrow(directory);
    expect(snapshot()).toEqual(before);
  });

  it("that is a file is refused", () => {
    write("file", "x");
    expect(() => inspectDataDirectory(join(directory, "file"))).toThrow(
      expect.objectContaining({ code: "DATA_DIR_CORRUPT" }),
    );
  });
});
