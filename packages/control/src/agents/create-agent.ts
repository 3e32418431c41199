/** Creating an agent: all of it in one transaction, or nothing. */

import { createHash } from "node:crypto";

import { fault } from "@skykoi/fault";
import type { Transaction } from "kysely";

import { authorize } from "../access/authorize.ts";
import type { ControlContext } from "../control-context.ts";
import { notifyChanged } from "../database/notifications.ts";
import type { Schema } from "../database/schema.ts";
import { createId } from "../ids.ts";
import type { Actor, AgentRecord } from "../port.ts";
import { appendEvents } from "../timeline/append-events.ts";
import { parseIdempotencyKey, parseName, parsePurpose } from "./agent-input.ts";
import { readAgent } from "./agent-lock.ts";

export interface NewAgent {
  readonly name: string;
  readonly purpose?: string;
  /** The same key with the same input gives the agent that was created the first time. */
  readonly idempotencyKey?: string;
}

/** Throws INVALID_REQUEST, FORBIDDEN, AGENT_LIMIT_REACHED; CONFLICT for a key that was used for something else. */
export const createAgent = async (context: ControlContext, actor: Actor, input: NewAgent): Promise<AgentRecord> => {
  authorize(actor, "agent.create", { orgId: actor.orgId, createdBy: actor.userId });
  const request = {
    name: parseName(input.name),
    purpose: parsePurpose(input.purpose),
    key: input.idempotencyKey === undefined ? undefined : parseIdempotencyKey(input.idempotencyKey),
  };

  return await context.db.transaction().execute(async (trx) => {
    await lockOrganization(trx, actor.orgId);
    const earlier = await findEarlier(trx, actor, request);
    if (earlier !== undefined) return await readAgent(trx, earlier);
    await requireRoom(trx, actor.orgId, context.maxAgentsPerOrganization);
    return await insertAgent(trx, context.now(), actor, request);
  });
};

interface Request {
  readonly name: string;
  readonly purpose: string;
  readonly key: string | undefined;
}

/** Creations of one organization wait for each other, so that counting and inserting are one step. */
const lockOrganization = async (trx: Transaction<Schema>, orgId: string): Promise<void> => {
  const row = await trx
    .selectFrom("organizations")
    .select("id")
    .where("id", "=", orgId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw fault("NOT_FOUND", { message: "There is no organization with this id." });
};

const findEarlier = async (trx: Transaction<Schema>, actor: Actor, request: Request): Promise<string | undefined> => {
  if (request.key === undefined) return undefined;
  const earlier = await trx
    .selectFrom("agent_requests")
    .select(["agent_id", "fingerprint"])
    .where("org_id", "=", actor.orgId)
    .where("user_id", "=", actor.userId)
    .where("idempotency_key", "=", request.key)
    .executeTakeFirst();
  if (earlier && earlier.fingerprint !== fingerprintOf(request)) {
    throw fault("CONFLICT", { message: "This idempotency key was already used for another request. Use a new one." });
  }
  return earlier?.agent_id;
};

const fingerprintOf = ({ name, purpose }: Request): string =>
  createHash("sha256")
    .update(JSON.stringify([name, purpose]))
    .digest("hex");

/** An agent counts until its machine is gone. */
const requireRoom = async (trx: Transaction<Schema>, orgId: string, maxAgents: number): Promise<void> => {
  const existing = await trx
    .selectFrom("instances")
    .select("id")
    .where("org_id", "=", orgId)
    .where("phase", "<>", "terminated")
    .limit(maxAgents)
    .execute();
  if (existing.length < maxAgents) return;
  throw fault("AGENT_LIMIT_REACHED", {
    message: `All ${maxAgents} agents of your plan are in use. Delete one to create another.`,
  });
};

const insertAgent = async (
  trx: Transaction<Schema>,
  now: Date,
  actor: Actor,
  { name, purpose, key }: Request,
): Promise<AgentRecord> => {
  const agentId = createId("agt", now);
  const instanceId = createId("ins", now);
  const tenant = { org_id: actor.orgId, agent_id: agentId };
  const desired = "running" as const;
  const agent = { id: agentId, org_id: actor.orgId, name, purpose, created_by: actor.userId, created_at: now };
  await trx
    .insertInto("agents")
    .values({ ...agent, desired, generation: 1 })
    .execute();
  await trx
    .insertInto("instances")
    .values({ ...tenant, id: instanceId, phase: "requested", phase_since: now, requested_at: now, next_check_at: now })
    .execute();
  await trx
    .insertInto("agent_changes")
    .values({ ...tenant, generation: 1, reason: "created", desired, actor_user_id: actor.userId, at: now })
    .execute();
  if (key !== undefined) {
    const fingerprint = fingerprintOf({ name, purpose, key });
    await trx
      .insertInto("agent_requests")
      .values({ ...tenant, user_id: actor.userId, idempotency_key: key, fingerprint, created_at: now })
      .execute();
  }
  const instance = { id: instanceId, agentId, orgId: actor.orgId };
  await appendEvents(trx, instance, [{ step: "requested", state: "done", title: "Requested", durationMs: 0 }], now);
  await notifyChanged(trx, agentId);
  return await readAgent(trx, agentId);
};
