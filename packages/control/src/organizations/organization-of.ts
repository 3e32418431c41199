/** The organization an actor acts in, for showing it. */

import { fault } from "@skykoi/fault";

import type { ControlContext } from "../control-context.ts";
import type { Actor, OrganizationRecord } from "../port.ts";

export const organizationOf = async ({ db }: ControlContext, actor: Actor): Promise<OrganizationRecord> => {
  const row = await db
    .selectFrom("organizations")
    .select(["id", "name"])
    .where("id", "=", actor.orgId)
    .executeTakeFirst();
  if (!row) throw fault("NOT_FOUND", { message: "There is no organization with this id." });
  return row;
};
