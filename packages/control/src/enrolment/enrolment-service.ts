/** How a machine that just booted gets its identity: one token, one exchange, then progress until it is complete. */

import { fault } from "@skykoi/fault";
import type { Transaction } from "kysely";

import { lockAgent } from "../agents/agent-lock.ts";
import type { ControlContext } from "../control-context.ts";
import { notifyChanged } from "../database/notifications.ts";
import type { Schema } from "../database/schema.ts";
import type { EnrolmentGrant, EnrolmentService, InstanceRecord } from "../port.ts";
import { hashToken, mintToken } from "../secrets/bearer-token.ts";
import { storeGatewayToken } from "../secrets/gateway-secrets.ts";
import { appendEvents } from "../timeline/append-events.ts";
import { findEnrolment } from "./enrolment-tokens.ts";
import { requireProgress } from "./progress-event.ts";

const TOKEN_LIFE_MS = 15 * 60 * 1_000;
/** A boot reports about ten steps; more than this is a machine gone wild. */
const MAX_PROGRESS_EVENTS = 200;

export const createEnrolmentService = (context: ControlContext): EnrolmentService => ({
  issue: (instanceId, placement) => issue(context, instanceId, placement),
  exchange: (token) => exchange(context, token),
  progress: (token, event) => progress(context, token, event),
  complete: (token, report) => complete(context, token, report),
});

/** Earlier tokens of the instance end with it: a machine of an earlier attempt cannot enrol any more. */
const issue = async (
  { db, now }: ControlContext,
  instanceId: string,
  placement: Readonly<Record<string, unknown>>,
): Promise<string> =>
  await db.transaction().execute(async (trx) => {
    const instance = await trx
      .selectFrom("instances")
      .select(["agent_id", "org_id"])
      .where("id", "=", instanceId)
      .executeTakeFirst();
    if (!instance) throw fault("NOT_FOUND", { detail: `instance ${instanceId}` });
    await lockAgent(trx, instance.agent_id);
    const at = now();
    await trx
      .updateTable("enrolment_tokens")
      .set({ revoked_at: at })
      .where("instance_id", "=", instanceId)
      .where("revoked_at", "is", null)
      .execute();
    const token = mintToken("enr");
    await trx
      .insertInto("enrolment_tokens")
      .values({
        ...instance,
        token_hash: hashToken(token),
        instance_id: instanceId,
        placement: JSON.stringify(placement),
        created_at: at,
        expires_at: new Date(at.getTime() + TOKEN_LIFE_MS),
      })
      .execute();
    return token;
  });

const exchange = async (context: ControlContext, token: string): Promise<EnrolmentGrant> =>
  await context.db.transaction().execute(async (trx) => {
    const at = context.now();
    const { token: row, agent } = await findEnrolment(trx, token, at);
    const taken = await trx
      .updateTable("enrolment_tokens")
      .set({ used_at: at })
      .where("token_hash", "=", row.token_hash)
      .where("used_at", "is", null)
      .returning("token_hash")
      .executeTakeFirst();
    if (!taken) throw fault("ENROLMENT_REFUSED", { detail: `${row.instance_id}: the token is used` });

    const gatewayToken = mintToken("gwt");
    await storeGatewayToken(context, trx, agent.instance, gatewayToken);
    const owner = await trx
      .selectFrom("people")
      .select("name")
      .where("id", "=", agent.createdBy)
      .executeTakeFirstOrThrow();
    return {
      instanceId: agent.instance.id,
      agent: { id: agent.id, name: agent.name, purpose: agent.purpose },
      owner,
      gatewayToken,
      placement: row.placement,
    };
  });

const progress = async (
  { db, now }: ControlContext,
  token: string,
  event: Parameters<EnrolmentService["progress"]>[1],
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    const at = now();
    const { token: row, agent } = await findEnrolment(trx, token, at);
    if (row.completed_at !== null) throw fault("ENROLMENT_REFUSED", { detail: `${row.instance_id}: complete` });
    requireProgress(event);
    if (row.progress_count >= MAX_PROGRESS_EVENTS) {
      throw fault("RATE_LIMITED", { message: "This boot reported too many steps.", retryable: false });
    }
    await trx
      .updateTable("enrolment_tokens")
      .set({ progress_count: row.progress_count + 1 })
      .where("token_hash", "=", row.token_hash)
      .execute();
    await appendEvents(trx, agent.instance, [event], at);
    await notifyChanged(trx, agent.id);
  });
};

type Report = Parameters<EnrolmentService["complete"]>[1];

/** A repetition of the same report (its first answer was lost) is taken again; another one is refused. */
const complete = async ({ db, now }: ControlContext, token: string, report: Report): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    const at = now();
    const { token: row, agent } = await findEnrolment(trx, token, at);
    if (row.used_at === null) throw fault("ENROLMENT_REFUSED", { detail: `${row.instance_id}: not exchanged` });
    if (row.completed_at !== null) {
      if (isSameReport(agent.instance, report)) return;
      throw fault("ENROLMENT_REFUSED", { detail: `${row.instance_id}: already complete` });
    }
    await trx
      .updateTable("enrolment_tokens")
      .set({ completed_at: at })
      .where("token_hash", "=", row.token_hash)
      .execute();
    await saveReport(trx, agent.instance.id, report, at);
    await notifyChanged(trx, agent.id);
  });
};

const isSameReport = (instance: InstanceRecord, report: Report): boolean =>
  instance.gatewayUrl === report.gatewayUrl &&
  instance.gatewayVersion === report.gatewayVersion &&
  instance.certificateFingerprint === (report.certificateFingerprint ?? null);

/** Due at once: the reconciler verifies it. */
const saveReport = async (trx: Transaction<Schema>, instanceId: string, report: Report, at: Date): Promise<void> => {
  await trx
    .updateTable("instances")
    .set((eb) => ({
      version: eb("version", "+", 1),
      gateway_url: report.gatewayUrl,
      gateway_version: report.gatewayVersion,
      certificate_fingerprint: report.certificateFingerprint ?? null,
      enrolled_at: at,
      next_check_at: at,
    }))
    .where("id", "=", instanceId)
    .execute();
};
