/** The provisioner's view of all instances of all organizations. */

import { selectAgents, toAgentRecord } from "../agents/agent-rows.ts";
import type { ControlContext } from "../control-context.ts";
import type { AgentRecord, FleetService } from "../port.ts";
import { readAddress } from "../secrets/gateway-secrets.ts";
import { dueInstances } from "./due.ts";
import { recordInstance } from "./record-instance.ts";

export const createFleetService = (context: ControlContext): FleetService => ({
  due: (now, limit) => dueInstances(context.db, now, limit),
  load: async (instanceId) => {
    const agent = await loadByInstance(context, instanceId);
    return agent && { agent, instance: agent.instance };
  },
  record: (instance, patch, events) => recordInstance(context, instance, patch, events),
  address: async (instanceId) => {
    const agent = await loadByInstance(context, instanceId);
    return agent && (await readAddress(context, agent.instance));
  },
  known: async () => {
    const rows = await context.db
      .selectFrom("instances")
      .select(["id", "external_id", "phase"])
      .where("phase", "<>", "terminated")
      .orderBy("id")
      .execute();
    return rows.map((row) => ({ instanceId: row.id, externalId: row.external_id, phase: row.phase }));
  },
});

const loadByInstance = async ({ db }: ControlContext, instanceId: string): Promise<AgentRecord | undefined> => {
  const row = await selectAgents(db).where("instances.id", "=", instanceId).executeTakeFirst();
  return row && toAgentRecord(row);
};
