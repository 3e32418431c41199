/** Adds steps to an agent's timeline; the numbers have no gap that a reader could fall into. */

import type { Transaction } from "kysely";

import type { Schema } from "../database/schema.ts";
import type { InstanceRecord, NewTimelineEvent } from "../port.ts";

const MAX_TITLE_CHARACTERS = 200;
/** Enough for the tail of a boot log. */
const MAX_DETAIL_CHARACTERS = 8_000;

/** The caller holds the agent's lock (`lockAgent`). */
export const appendEvents = async (
  trx: Transaction<Schema>,
  instance: Pick<InstanceRecord, "id" | "agentId" | "orgId">,
  events: readonly NewTimelineEvent[],
  at: Date,
): Promise<void> => {
  if (events.length === 0) return;
  const { last_seq: lastSeq } = await trx
    .updateTable("agents")
    .set((eb) => ({ last_seq: eb("last_seq", "+", events.length) }))
    .where("id", "=", instance.agentId)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  const firstSeq = lastSeq - events.length + 1;
  const rows = events.map((event, index) => ({
    agent_id: instance.agentId,
    seq: firstSeq + index,
    org_id: instance.orgId,
    instance_id: instance.id,
    at,
    step: event.step,
    state: event.state,
    title: toStorable(event.title, MAX_TITLE_CHARACTERS),
    detail: event.detail == null ? null : toStorable(event.detail, MAX_DETAIL_CHARACTERS),
    duration_ms: event.durationMs == null ? null : Math.max(0, Math.round(event.durationMs)),
  }));
  await trx.insertInto("instance_events").values(rows).execute();
};

/** Output of other programs: PostgreSQL refuses NUL, and a log's end tells more than its beginning. */
const toStorable = (text: string, maxCharacters: number): string => {
  const clean = text.replaceAll("\0", "");
  return clean.length <= maxCharacters ? clean : `… ${clean.slice(2 - maxCharacters)}`;
};
