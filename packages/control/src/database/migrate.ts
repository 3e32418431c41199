/** Brings a database to this version's schema: in order, once, in one transaction, one process at a time. */

import { fault, isFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";

import { MIGRATIONS } from "./migrations/index.ts";
import type { Schema } from "./schema.ts";

/** Takes PostgreSQL's advisory lock. Throws CONFIG_INVALID when the database belongs to a newer version. */
export const migrate = async (kysely: Kysely<Schema>, log: Logger): Promise<void> => {
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve(asMigrations()) } });
  await refuseNewer(migrator, kysely);
  const { error, results } = await migrator.migrateToLatest();
  for (const result of results ?? []) {
    if (result.status === "Success") log.info("Migrated the database.", { migration: result.migrationName });
  }
  if (error === undefined) return;
  throw isFault(error)
    ? error
    : fault("INTERNAL", { message: "The database could not be brought to this version's schema.", cause: error });
};

const asMigrations = (): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, statements]) => [
      name,
      {
        up: async (db) => {
          for (const statement of statements) await sql.raw(statement).execute(db);
        },
      },
    ]),
  );

/** Running an older version on a newer schema would write rows that the newer one does not expect. */
const refuseNewer = async (migrator: Migrator, kysely: Kysely<Schema>): Promise<void> => {
  if (!(await migrator.getMigrations()).some(({ executedAt }) => executedAt !== undefined)) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(kysely);
  const unknown = rows.find(({ name }) => !Object.hasOwn(MIGRATIONS, name));
  if (!unknown) return;
  throw fault("CONFIG_INVALID", {
    message: `The database was written by a newer SkyKoi (migration ${unknown.name}). Update SkyKoi and start again.`,
  });
};
