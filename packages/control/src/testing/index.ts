export { describeEachDatabase, describeOnPostgres, type TestSuite } from "./describe-each-database.ts";
export { openTestDatabase, type TestDatabaseOptions } from "./open-test-database.ts";
export { createTestControl, type TestControl } from "./test-control.ts";
