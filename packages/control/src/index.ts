export { createControl, type ControlOptions } from "./create-control.ts";
export type { Database } from "./database/database.ts";
export { openDatabase, type OpenDatabaseOptions } from "./database/open-database.ts";
export type { Schema } from "./database/schema.ts";
export * from "./port.ts";
