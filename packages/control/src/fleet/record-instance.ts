/** The reconciler's only write: what was observed, if nobody else wrote since it was read. */

import type { Updateable } from "kysely";

import { lockAgent } from "../agents/agent-lock.ts";
import { toInstanceRecord } from "../agents/agent-rows.ts";
import type { ControlContext } from "../control-context.ts";
import { notifyChanged } from "../database/notifications.ts";
import type { InstancesTable } from "../database/schema.ts";
import type { FleetService, InstanceRecord, NewTimelineEvent } from "../port.ts";
import { appendEvents } from "../timeline/append-events.ts";

export type InstancePatch = Parameters<FleetService["record"]>[1];

/** Changes that somebody watches. The others (checks, heartbeats) are written without waking anybody. */
const WATCHED = ["phase", "lastError", "gatewayUrl", "gatewayVersion"] as const;

export const recordInstance = async (
  { db, now }: ControlContext,
  read: InstanceRecord,
  patch: InstancePatch,
  events: readonly NewTimelineEvent[],
): Promise<InstanceRecord | undefined> =>
  await db.transaction().execute(async (trx) => {
    if (!(await lockAgent(trx, read.agentId))) return undefined;
    const at = now();
    const row = await trx
      .updateTable("instances")
      .set((eb) => ({ ...toColumns(read, patch, at), version: eb("version", "+", 1) }))
      .$if(patch.phase === "ready", (query) =>
        query.set((eb) => ({ first_ready_at: eb.fn.coalesce("first_ready_at", eb.val(at)) })),
      )
      .where("id", "=", read.id)
      .where("version", "=", read.version)
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    await appendEvents(trx, read, events, at);
    if (events.length > 0 || WATCHED.some((key) => key in patch)) await notifyChanged(trx, read.agentId);
    return toInstanceRecord(row);
  });

const toColumns = (read: InstanceRecord, patch: InstancePatch, at: Date): Updateable<InstancesTable> => ({
  ...(patch.phase !== undefined && { phase: patch.phase }),
  ...(patch.phase !== undefined && patch.phase !== read.phase && { phase_since: at }),
  ...(patch.observedGeneration !== undefined && { observed_generation: patch.observedGeneration }),
  ...(patch.attempt !== undefined && { attempt: patch.attempt }),
  ...(patch.externalId !== undefined && { external_id: patch.externalId }),
  ...(patch.gatewayUrl !== undefined && { gateway_url: patch.gatewayUrl }),
  ...(patch.gatewayVersion !== undefined && { gateway_version: patch.gatewayVersion }),
  ...(patch.certificateFingerprint !== undefined && { certificate_fingerprint: patch.certificateFingerprint }),
  ...(patch.enrolledAt !== undefined && { enrolled_at: patch.enrolledAt }),
  ...(patch.lastHealthyAt !== undefined && { last_healthy_at: patch.lastHealthyAt }),
  ...(patch.lastError !== undefined && {
    last_error_code: patch.lastError?.code ?? null,
    last_error_message: patch.lastError?.message ?? null,
  }),
  ...(patch.nextCheckAt !== undefined && { next_check_at: patch.nextCheckAt }),
});
