/** What people do with agents; every call is checked against the actor's organization and role. */

import { fault } from "@skykoi/fault";

import { authorize } from "../access/authorize.ts";
import { can } from "../access/matrix.ts";
import type { ControlContext } from "../control-context.ts";
import type { Action, Actor, AgentRecord, AgentService } from "../port.ts";
import { readAddress } from "../secrets/gateway-secrets.ts";
import { readEvents } from "../timeline/read-events.ts";
import { typicalReadyMs } from "../timeline/typical-ready-time.ts";
import { selectAgents, toAgentRecord } from "./agent-rows.ts";
import { removeAgent, retryAgent } from "./change-desired.ts";
import { createAgent } from "./create-agent.ts";
import { requireReachable } from "./gateway-readiness.ts";

const MAX_TIMELINE_PAGE = 1_000;

export const createAgentService = (context: ControlContext): AgentService => {
  const { db, log } = context;
  return {
    create: async (actor, input) => {
      const agent = await createAgent(context, actor, input);
      log.info("An agent was requested.", { agentId: agent.id, orgId: actor.orgId, userId: actor.userId });
      return agent;
    },
    list: (actor) => listAgents(context, actor),
    get: (actor, agentId) => findAgent(context, actor, agentId, "agent.see"),
    remove: async (actor, agentId) => {
      await removeAgent(context, actor, agentId);
      log.info("The deletion of an agent was requested.", { agentId, orgId: actor.orgId, userId: actor.userId });
    },
    retry: async (actor, agentId) => {
      const agent = await retryAgent(context, actor, agentId);
      log.info("A new attempt of an agent was requested.", { agentId, orgId: actor.orgId, userId: actor.userId });
      return agent;
    },
    timeline: async (actor, agentId, { afterSeq, limit }) => {
      const agent = await findAgent(context, actor, agentId, "agent.see");
      return await readEvents(db, agent.id, { afterSeq, limit: Math.min(limit, MAX_TIMELINE_PAGE) });
    },
    typicalReadyMs: () => typicalReadyMs(db),
    gateway: async (actor, agentId, action) => {
      const agent = await findAgent(context, actor, agentId, action);
      requireReachable(agent);
      const address = await readAddress(context, agent.instance);
      if (!address) throw fault("AGENT_NOT_READY", { detail: `instance ${agent.instance.id} is not enrolled` });
      return address;
    },
  };
};

/** Throws NOT_FOUND, FORBIDDEN. */
export const findAgent = async (
  { db }: ControlContext,
  actor: Actor,
  agentId: string,
  action: Action,
): Promise<AgentRecord> => {
  const row = await selectAgents(db)
    .where("agents.id", "=", agentId)
    .where("agents.org_id", "=", actor.orgId)
    .executeTakeFirst();
  return authorize(actor, action, row && toAgentRecord(row));
};

/** Newest first; what is deleted is not there any more. */
const listAgents = async ({ db }: ControlContext, actor: Actor): Promise<AgentRecord[]> => {
  const rows = await selectAgents(db)
    .where("agents.org_id", "=", actor.orgId)
    .where("instances.phase", "<>", "terminated")
    .orderBy("agents.created_at", "desc")
    .orderBy("agents.id", "desc")
    .execute();
  return rows.map(toAgentRecord).filter((agent) => can(actor, "agent.see", agent));
};
