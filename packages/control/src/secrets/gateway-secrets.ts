/** The tokens of the gateways: sealed on the way in, opened only to dial. */

import type { Transaction } from "kysely";

import type { ControlContext } from "../control-context.ts";
import type { Schema } from "../database/schema.ts";
import type { GatewayAddress, InstanceRecord } from "../port.ts";

/** Replaces the token of an earlier attempt. */
export const storeGatewayToken = async (
  { envelope, now }: ControlContext,
  trx: Transaction<Schema>,
  instance: Pick<InstanceRecord, "id" | "orgId">,
  token: string,
): Promise<void> => {
  const { keyId, sealed } = envelope.seal(token, instance.id);
  const secret = { key_id: keyId, sealed, created_at: now() };
  await trx
    .insertInto("gateway_secrets")
    .values({ instance_id: instance.id, org_id: instance.orgId, ...secret })
    .onConflict((conflict) => conflict.column("instance_id").doUpdateSet(secret))
    .execute();
};

/** How to reach an enrolled instance; undefined before its enrolment is complete. */
export const readAddress = async (
  { db, envelope }: ControlContext,
  instance: InstanceRecord,
): Promise<GatewayAddress | undefined> => {
  if (instance.enrolledAt === null || instance.gatewayUrl === null) return undefined;
  const row = await db
    .selectFrom("gateway_secrets")
    .select(["key_id", "sealed"])
    .where("instance_id", "=", instance.id)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    agentId: instance.agentId,
    instanceId: instance.id,
    url: instance.gatewayUrl,
    token: envelope.open({ keyId: row.key_id, sealed: row.sealed }, instance.id),
    certificateFingerprint: instance.certificateFingerprint,
  };
};
