/**
 * Every writer locks the agent's row before it touches anything else of that agent. So writers of one agent form a
 * queue: no deadlocks, and the timeline's numbers are given in the order in which the transactions commit.
 */

import { fault } from "@skykoi/fault";
import type { Transaction } from "kysely";

import type { Schema } from "../database/schema.ts";
import type { AgentRecord } from "../port.ts";
import { selectAgents, toAgentRecord } from "./agent-rows.ts";

/** The agent as it is now, unchanged by others until the transaction ends. Undefined when there is none. */
export const lockAgent = async (trx: Transaction<Schema>, agentId: string): Promise<AgentRecord | undefined> => {
  const locked = await trx
    .selectFrom("agents")
    .select("id")
    .where("id", "=", agentId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return locked && (await readAgent(trx, agentId));
};

/** Reads after the lock is held, so that a change committed while waiting for it is seen. */
export const readAgent = async (trx: Transaction<Schema>, agentId: string): Promise<AgentRecord> => {
  const row = await selectAgents(trx).where("agents.id", "=", agentId).executeTakeFirst();
  if (!row) throw fault("INTERNAL", { detail: `agent ${agentId} has no instance` });
  return toAgentRecord(row);
};
