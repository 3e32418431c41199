/** What a person may ask of an existing agent: to go away, or to try again. Each is a new generation. */

import { fault } from "@skykoi/fault";
import type { Transaction } from "kysely";

import { authorize } from "../access/authorize.ts";
import type { ControlContext } from "../control-context.ts";
import { notifyChanged } from "../database/notifications.ts";
import type { Schema } from "../database/schema.ts";
import type { Actor, AgentRecord, DesiredState } from "../port.ts";
import { appendEvents } from "../timeline/append-events.ts";
import { lockAgent, readAgent } from "./agent-lock.ts";

/** The reconciler does the rest. Asking twice is asking once. */
export const removeAgent = async ({ db, now }: ControlContext, actor: Actor, agentId: string): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    const agent = authorize(actor, "agent.delete", await lockAgent(trx, agentId));
    if (agent.desired === "terminated") return;
    const at = now();
    await beginGeneration(trx, agent, { reason: "removed", desired: "terminated", actor, at });
    await trx
      .updateTable("instances")
      .set((eb) => ({ version: eb("version", "+", 1), next_check_at: at }))
      .where("id", "=", agent.instance.id)
      .execute();
    await appendEvents(trx, agent.instance, [{ step: "terminating", state: "info", title: "Deletion requested" }], at);
    await notifyChanged(trx, agentId);
  });
};

/** A new life for a failed instance: as requested just now, with nothing known of the gateway. Throws CONFLICT. */
export const retryAgent = async ({ db, now }: ControlContext, actor: Actor, agentId: string): Promise<AgentRecord> =>
  await db.transaction().execute(async (trx) => {
    const agent = authorize(actor, "agent.configure", await lockAgent(trx, agentId));
    if (agent.desired === "terminated") throw fault("CONFLICT", { message: "This agent is being deleted." });
    if (agent.instance.phase !== "failed") {
      throw fault("CONFLICT", { message: "Only an agent that failed to start can be tried again." });
    }
    const at = now();
    await beginGeneration(trx, agent, { reason: "retried", desired: "running", actor, at });
    await trx
      .updateTable("instances")
      .set((eb) => ({
        version: eb("version", "+", 1),
        phase: "requested",
        phase_since: at,
        requested_at: at,
        first_ready_at: null,
        attempt: 0,
        gateway_url: null,
        certificate_fingerprint: null,
        gateway_version: null,
        enrolled_at: null,
        last_error_code: null,
        last_error_message: null,
        next_check_at: at,
      }))
      .where("id", "=", agent.instance.id)
      .execute();
    const event = { step: "requested", state: "done", title: "Trying again", durationMs: 0 } as const;
    await appendEvents(trx, agent.instance, [event], at);
    await notifyChanged(trx, agentId);
    return await readAgent(trx, agentId);
  });

interface DesiredChange {
  readonly reason: "removed" | "retried";
  readonly desired: DesiredState;
  readonly actor: Actor;
  readonly at: Date;
}

const beginGeneration = async (
  trx: Transaction<Schema>,
  agent: AgentRecord,
  { reason, desired, actor, at }: DesiredChange,
): Promise<void> => {
  const generation = agent.generation + 1;
  await trx.updateTable("agents").set({ desired, generation }).where("id", "=", agent.id).execute();
  await trx
    .insertInto("agent_changes")
    .values({ agent_id: agent.id, org_id: agent.orgId, generation, reason, desired, actor_user_id: actor.userId, at })
    .execute();
};
