/** Which instances need a look now: the one query behind the reconciler's feed. */

import type { Kysely } from "kysely";

import type { Schema } from "../database/schema.ts";
import type { Phase } from "../port.ts";

/** Phases in which nothing is on its way anywhere. */
const SETTLED: readonly Phase[] = ["ready", "stopped", "terminated", "failed"];

/**
 * Due by time; or, without a time, on its way or behind what is desired. A time in the future is respected (back-off):
 * whoever changes the desired state sets it to now.
 */
export const dueInstances = async (db: Kysely<Schema>, now: Date, limit: number): Promise<string[]> => {
  const rows = await db
    .selectFrom("instances")
    .innerJoin("agents", "agents.id", "instances.agent_id")
    .select("instances.id")
    .where((eb) =>
      eb.or([
        eb("instances.next_check_at", "<=", now),
        eb.and([
          eb("instances.next_check_at", "is", null),
          eb.or([
            eb("instances.phase", "not in", SETTLED),
            eb("instances.observed_generation", "<", eb.ref("agents.generation")),
          ]),
        ]),
      ]),
    )
    .orderBy("instances.next_check_at", (order) => order.asc().nullsFirst())
    .orderBy("instances.id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
};
