/** Runs one suite on the embedded database and on PostgreSQL, and says by name when the latter is missing. */

import { afterAll, beforeAll, describe, it } from "vitest";

import type { Database } from "../database/database.ts";
import { openTestDatabase } from "./open-test-database.ts";

/** `database` gives the suite's own database; only to be called inside hooks and tests. */
export type TestSuite = (database: () => Database) => void;

const MISSING = "SKYKOI_TEST_DATABASE_URL is not set";

export const describeEachDatabase = (name: string, suite: TestSuite): void => {
  describe(`${name} on PGlite`, () => withDatabase("pglite", suite));
  describeOnPostgres(name, suite);
};

/** For what needs several connections or processes. Without a server: skipped with its reason, failed in CI. */
export const describeOnPostgres = (name: string, suite: TestSuite): void => {
  if (process.env.SKYKOI_TEST_DATABASE_URL) {
    describe(`${name} on PostgreSQL`, () => withDatabase("postgres", suite));
  } else if (process.env.CI) {
    it(`${name} on PostgreSQL`, () => {
      throw new Error(`PostgreSQL is missing: ${MISSING}.`);
    });
  } else {
    describe.skip(`${name} on PostgreSQL: skipped, ${MISSING}`, () => it("needs a PostgreSQL server", () => undefined));
  }
};

const withDatabase = (dialect: Database["dialect"], suite: TestSuite): void => {
  let database: Database | undefined;
  beforeAll(async () => {
    database = await openTestDatabase({ dialect });
  });
  afterAll(async () => await database?.close());
  suite(() => {
    if (!database) throw new Error("The suite's database is only there inside hooks and tests.");
    return database;
  });
};
