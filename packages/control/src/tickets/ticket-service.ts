/** Tickets let a browser open one socket to one agent; they live a minute and work once. */

import { fault } from "@skykoi/fault";

import { can, GATEWAY_SCOPES } from "../access/matrix.ts";
import { findAgent } from "../agents/agent-service.ts";
import type { ControlContext } from "../control-context.ts";
import type { Actor, IssuedTicket, RedeemedTicket, TicketService } from "../port.ts";
import { hashToken, mintToken } from "../secrets/bearer-token.ts";

const TICKET_LIFE_MS = 60 * 1_000;

export const createTicketService = (context: ControlContext): TicketService => ({
  issue: (actor, agentId) => issue(context, actor, agentId),
  redeem: (ticket) => redeem(context, ticket),
});

const issue = async (context: ControlContext, actor: Actor, agentId: string): Promise<IssuedTicket> => {
  const agent = await findAgent(context, actor, agentId, "agent.see");
  const at = context.now();
  const ticket = mintToken("tkt");
  const expiresAt = new Date(at.getTime() + TICKET_LIFE_MS);
  await context.db.deleteFrom("tickets").where("expires_at", "<=", at).execute();
  await context.db
    .insertInto("tickets")
    .values({
      ticket_hash: hashToken(ticket),
      org_id: agent.orgId,
      agent_id: agent.id,
      user_id: actor.userId,
      created_at: at,
      expires_at: expiresAt,
    })
    .execute();
  return { ticket, expiresAt };
};

/** The role is the one of now, not of when the ticket was issued. */
const redeem = async ({ db, now }: ControlContext, ticket: string): Promise<RedeemedTicket> => {
  const at = now();
  const row = await db
    .updateTable("tickets")
    .set({ used_at: at })
    .where("ticket_hash", "=", hashToken(ticket))
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .returning(["org_id", "agent_id", "user_id"])
    .executeTakeFirst();
  if (!row) throw fault("TICKET_REFUSED", { detail: "unknown, used or expired" });

  const holder = await db
    .selectFrom("agents")
    .innerJoin("memberships", "memberships.org_id", "agents.org_id")
    .select(["memberships.role", "agents.created_by", "agents.desired"])
    .where("agents.id", "=", row.agent_id)
    .where("memberships.user_id", "=", row.user_id)
    .executeTakeFirst();
  if (!holder) throw fault("TICKET_REFUSED", { detail: `${row.user_id} is no member of ${row.org_id} any more` });
  if (holder.desired === "terminated") throw fault("TICKET_REFUSED", { message: "This agent is being deleted." });
  const actor = { userId: row.user_id, orgId: row.org_id, role: holder.role };
  if (!can(actor, "agent.see", { orgId: row.org_id, createdBy: holder.created_by })) {
    throw fault("TICKET_REFUSED", { detail: `${row.user_id} may not see ${row.agent_id} any more` });
  }
  return { agentId: row.agent_id, ...actor, scopes: GATEWAY_SCOPES[holder.role] };
};
