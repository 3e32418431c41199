export { describeEachDatabase, type TestSuite } from "./describe-each-database.ts";
export { openTestDatabase, type TestDatabaseOptions } from "./open-test-database.ts";
