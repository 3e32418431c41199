/** Reads an agent's timeline from a known point on. */

import type { Kysely } from "kysely";

import type { Schema } from "../database/schema.ts";
import type { TimelineEvent } from "../port.ts";

export const readEvents = async (
  db: Kysely<Schema>,
  agentId: string,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): Promise<TimelineEvent[]> => {
  const rows = await db
    .selectFrom("instance_events")
    .selectAll()
    .where("agent_id", "=", agentId)
    .where("seq", ">", afterSeq)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    instanceId: row.instance_id,
    at: row.at,
    step: row.step,
    state: row.state,
    title: row.title,
    detail: row.detail,
    durationMs: row.duration_ms,
  }));
};
