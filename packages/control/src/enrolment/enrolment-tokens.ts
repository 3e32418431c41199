/** One-time tokens of booting instances: which one a request carries, and whether it still counts. */

import { fault } from "@skykoi/fault";
import type { Selectable, Transaction } from "kysely";

import { lockAgent } from "../agents/agent-lock.ts";
import type { Schema } from "../database/schema.ts";
import type { AgentRecord } from "../port.ts";
import { hashToken } from "../secrets/bearer-token.ts";

export interface Enrolment {
  readonly token: Selectable<Schema["enrolment_tokens"]>;
  readonly agent: AgentRecord;
}

/**
 * The token's row and its agent, both unchanged by others until the transaction ends. Throws ENROLMENT_REFUSED for a
 * token that is wrong, expired or replaced by a newer one, and for an agent that is being deleted or was given up.
 */
export const findEnrolment = async (trx: Transaction<Schema>, token: string, now: Date): Promise<Enrolment> => {
  const hash = hashToken(token);
  const hint = await trx
    .selectFrom("enrolment_tokens")
    .select("agent_id")
    .where("token_hash", "=", hash)
    .executeTakeFirst();
  if (!hint) throw fault("ENROLMENT_REFUSED", { detail: "unknown token" });

  const agent = await lockAgent(trx, hint.agent_id);
  const row = await trx
    .selectFrom("enrolment_tokens")
    .selectAll()
    .where("token_hash", "=", hash)
    .executeTakeFirstOrThrow();
  const refusal = !agent ? "agent is gone" : refusalFor({ token: row, agent }, now);
  if (!agent || refusal !== undefined) throw fault("ENROLMENT_REFUSED", { detail: `${row.instance_id}: ${refusal}` });
  return { token: row, agent };
};

const refusalFor = ({ token, agent }: Enrolment, now: Date): string | undefined => {
  if (token.revoked_at !== null) return "a newer token was issued";
  if (token.expires_at <= now) return "the token is expired";
  if (agent.desired === "terminated") return "the agent is being deleted";
  if (agent.instance.phase === "failed") return "the instance was given up";
  return undefined;
};
