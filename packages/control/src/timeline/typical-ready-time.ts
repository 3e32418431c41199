/** How long it usually takes from pressing the button to the first answer, so that people know what to expect. */

import { sql, type Kysely } from "kysely";

import type { Schema } from "../database/schema.ts";

const SAMPLE_SIZE = 20;

/** Median over the last instances that got ready, in milliseconds; null without any. */
export const typicalReadyMs = async (db: Kysely<Schema>): Promise<number | null> => {
  const { rows } = await sql<{ median: number | null }>`
    select percentile_cont(0.5) within group (order by duration_ms) as median
    from (
      select (extract(epoch from first_ready_at - requested_at) * 1000)::float8 as duration_ms
      from instances where first_ready_at is not null
      order by first_ready_at desc limit ${SAMPLE_SIZE}
    ) as recent`.execute(db);
  const median = rows[0]?.median ?? null;
  return median === null ? null : Math.round(median);
};
