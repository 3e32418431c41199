import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { PGlite } from "@electric-sql/pglite";
import { silentLogger } from "@skykoi/log";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { loadTemplate } from "../testing/template.ts";
import { clusterOf, draftOf } from "./data-directory.ts";
import { openDatabase } from "./open-database.ts";

let root: string;
let seed: string;
let dataDir: string;
let count = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "skykoi-embedded-"));
  seed = join(root, "seed");
  mkdirSync(seed);
  const pglite = new PGlite({ dataDir: clusterOf(seed), loadDataDir: await loadTemplate() });
  await pglite.waitReady;
  await pglite.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  count += 1;
  dataDir = join(root, `data-${count}`);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const useSeed = (): void => cpSync(seed, dataDir, { recursive: true });

const open = () => openDatabase({ dataDir, log: silentLogger });

const addPerson = async (database: Awaited<ReturnType<typeof open>>, id: string): Promise<void> => {
  const at = new Date(0);
  await database.kysely
    .insertInto("people")
    .values({ id, email: "a@example.test", name: "A", created_at: at, updated_at: at })
    .execute();
};

const people = async (database: Awaited<ReturnType<typeof open>>): Promise<string[]> => {
  const rows = await database.kysely.selectFrom("people").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
};

/** Runs in a process of its own: opens the directory, then adds people and says so after each commit. */
const WRITER = `
  const { openDatabase } = await import(${JSON.stringify(new URL("./open-database.ts", import.meta.url).href)});
  const { silentLogger } = await import("@skykoi/log");
  try {
    const { kysely } = await openDatabase({ dataDir: process.argv[1], log: silentLogger });
    for (let index = 0; ; index += 1) {
      const id = "person-" + String(index).padStart(6, "0");
      const at = new Date(0);
      await kysely.insertInto("people").values({ id, email: "e", name: "n", created_at: at, updated_at: at }).execute();
      console.log(id);
    }
  } catch (error) {
    console.log(error.code + ": " + error.message);
  }`;

const startWriter = (): ChildProcessByStdio<null, Readable, null> =>
  spawn(process.execPath, ["--input-type=module", "-e", WRITER, dataDir], {
    cwd: join(import.meta.dirname, "..", ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });

describe("the embedded database", () => {
  it("is created on the first start, over what a killed first start left, for its owner only", async () => {
    mkdirSync(draftOf(dataDir), { recursive: true });
    writeFileSync(join(draftOf(dataDir), "PG_VERSION"), "half made");
    const database = await open();
    expect(database.dialect).toBe("pglite");
    await addPerson(database, "ada");
    await database.close();
    await database.close();
    expect(readdirSync(dataDir)).not.toContain("cluster.creating");
    expect(statSync(clusterOf(dataDir)).mode & 0o077).toBe(0);

    const again = await open();
    expect(await people(again)).toEqual(["ada"]);
    await again.close();
  }, 60_000);

  it("refuses a second process by name while the first one goes on undisturbed", async () => {
    useSeed();
    const database = await open();
    const writer = startWriter();
    const [line] = await once(createInterface(writer.stdout), "line");
    expect(line).toMatch(/^DATA_DIR_LOCKED: /);
    expect(line).toContain(dataDir);
    expect(line).toContain(`process ${process.pid}`);
    await addPerson(database, "ada");
    await database.close();
  });

  it("keeps every committed row when its process is killed with SIGKILL, and can be opened at once", async () => {
    useSeed();
    const writer = startWriter();
    const committed: string[] = [];
    for await (const line of createInterface(writer.stdout)) {
      committed.push(line);
      if (committed.length === 200) writer.kill("SIGKILL");
    }
    const database = await open();
    const found = await people(database);
    expect(found.slice(0, committed.length)).toEqual(committed);
    expect(found.length).toBeGreaterThanOrEqual(200);
    await addPerson(database, "zoe");
    await database.close();
  });

  const damages: readonly (readonly [string, (cluster: string) => void])[] = [
    [
      "pg_control is overwritten",
      (cluster) => writeFileSync(join(cluster, "global/pg_control"), Buffer.alloc(8192, 7)),
    ],
    [
      "the catalog is overwritten",
      (cluster) => {
        for (const entry of readdirSync(join(cluster, "base"), { recursive: true, withFileTypes: true })) {
          const file = join(entry.parentPath, entry.name);
          if (entry.isFile()) writeFileSync(file, Buffer.alloc(statSync(file).size, 0xab));
        }
      },
    ],
  ];
  it.each(damages)(
    "is refused in one sentence when %s, and its files and its lock are free again",
    async (_n, damage) => {
      useSeed();
      damage(clusterOf(dataDir));
      const corrupt = { code: "DATA_DIR_CORRUPT", message: expect.stringContaining(dataDir) };
      await expect(open()).rejects.toMatchObject(corrupt);
      await expect(open()).rejects.toMatchObject(corrupt);
      expect(readdirSync(clusterOf(dataDir))).toContain("PG_VERSION");
    },
  );

  it("refuses a directory with something else in it, without adding a file", async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, "holiday.jpg"), "x");
    await expect(open()).rejects.toEqual(expect.objectContaining({ code: "DATA_DIR_CORRUPT" }));
    expect(readdirSync(dataDir)).toEqual(["holiday.jpg"]);
  });

  it("refuses a database of a newer version by the name of the migration", async () => {
    useSeed();
    const database = await open();
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2099-01-01')`.execute(
      database.kysely,
    );
    await database.close();
    await expect(open()).rejects.toEqual(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("9999-future") }),
    );
  });
});
