import { createServer } from "node:net";

import { isFault } from "@skykoi/fault";
import { silentLogger } from "@skykoi/log";
import { sql } from "kysely";
import { describe, expect, it, vi } from "vitest";

import { describeOnPostgres } from "../testing/index.ts";
import type { Database } from "./database.ts";
import { notifyChanged } from "./notifications.ts";
import { openDatabase } from "./open-database.ts";

const refusal = async (url: string): Promise<{ code: string; text: string }> => {
  try {
    await openDatabase({ url, log: silentLogger });
  } catch (thrown) {
    if (isFault(thrown)) return { code: thrown.code, text: `${thrown.message} ${thrown.detail ?? ""}` };
  }
  return { code: "opened", text: "" };
};

/** A port on which nothing listens any more. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  await new Promise((resolve) => void server.close(resolve));
  return port;
};

describe("DATABASE_URL", () => {
  it.each(["", "not an address", "mysql://user:s3cret@127.0.0.1/db", "http://user:s3cret@127.0.0.1"])(
    "that is no PostgreSQL address is refused without repeating it: %j",
    async (url) => {
      const { code, text } = await refusal(url);
      expect(code).toBe("CONFIG_INVALID");
      expect(text).not.toContain("s3cret");
    },
  );

  it("of a server that is away is said with its address and without its password", async () => {
    const port = await closedPort();
    const { code, text } = await refusal(`postgres://user:s3cret@127.0.0.1:${port}/skykoi`);
    expect(code).toBe("UNAVAILABLE");
    expect(text).toContain(`127.0.0.1:${port}/skykoi`);
    expect(text).not.toContain("s3cret");
  });
});

const urlOf = async ({ kysely }: Database): Promise<string> => {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(kysely);
  const url = new URL(process.env.SKYKOI_TEST_DATABASE_URL ?? "");
  url.pathname = `/${rows[0]?.name}`;
  return url.href;
};

describeOnPostgres("several processes", (database) => {
  it("are refused by name of the database when it does not exist", async () => {
    const url = new URL(await urlOf(database()));
    url.pathname = "/no_such_database";
    expect(await refusal(url.href)).toMatchObject({
      code: "CONFIG_INVALID",
      text: expect.stringContaining("/no_such_database"),
    });
  });

  it("migrate once when they start at the same moment", async () => {
    await sql`drop schema public cascade`.execute(database().kysely);
    await sql`create schema public`.execute(database().kysely);
    const url = await urlOf(database());
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ url, log: silentLogger })));
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(database().kysely);
    expect(rows.map(({ name }) => name)).toEqual(["0001-sign-in", "0002-domain"]);
    await Promise.all(opened.map((other) => other.close()));
  });

  it("tell one another about changes, and again after the listening connection was cut", async () => {
    const other = await openDatabase({ url: await urlOf(database()), log: silentLogger });
    const heard: string[] = [];
    other.notifications.subscribe((agentId) => heard.push(agentId));
    await notifyChanged(database().kysely, "before");
    await vi.waitFor(() => expect(heard).toContain("before"), { timeout: 5_000 });
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'skykoi listener' and datname = current_database()`.execute(database().kysely);
    await vi.waitFor(
      async () => {
        await notifyChanged(database().kysely, "after");
        expect(heard).toContain("after");
      },
      { timeout: 10_000, interval: 50 },
    );
    await other.close();
  });
});
