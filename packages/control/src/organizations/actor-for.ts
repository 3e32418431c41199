/** From a signed-in user to the actor that every service asks for; makes the personal organization on first sight. */

import { fault } from "@skykoi/fault";
import type { Kysely, Transaction } from "kysely";

import type { ControlContext } from "../control-context.ts";
import type { Schema } from "../database/schema.ts";
import { createId } from "../ids.ts";
import type { Actor } from "../port.ts";

export interface SignedInUser {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

/** One read for somebody known; the writes of a first sight are safe to run twice at once. */
export const actorFor = async ({ db, now }: ControlContext, user: SignedInUser): Promise<Actor> => {
  const known = await findActor(db, user);
  if (known) return known;
  await db.transaction().execute(async (trx) => {
    const at = now();
    await mirrorPerson(trx, user, at);
    await createPersonalOrganization(trx, user, at);
  });
  const actor = await findActor(db, user);
  if (!actor) throw fault("INTERNAL", { detail: `user ${user.userId} has no membership` });
  return actor;
};

/** Undefined also when the name or the e-mail changed since: the mirror must be written then. */
const findActor = async (db: Kysely<Schema>, { userId, email, name }: SignedInUser): Promise<Actor | undefined> => {
  const row = await db
    .selectFrom("people")
    .innerJoin("memberships", "memberships.user_id", "people.id")
    .innerJoin("organizations", "organizations.id", "memberships.org_id")
    .select(["memberships.org_id", "memberships.role"])
    .where("people.id", "=", userId)
    .where("people.email", "=", email)
    .where("people.name", "=", name)
    .where("organizations.personal_of", "=", userId)
    .executeTakeFirst();
  return row && { userId, orgId: row.org_id, role: row.role, email, name };
};

const mirrorPerson = async (trx: Transaction<Schema>, user: SignedInUser, at: Date): Promise<void> => {
  const { userId: id, email, name } = user;
  await trx
    .insertInto("people")
    .values({ id, email, name, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ email, name, updated_at: at }))
    .execute();
};

const createPersonalOrganization = async (trx: Transaction<Schema>, user: SignedInUser, at: Date): Promise<void> => {
  const created = await trx
    .insertInto("organizations")
    .values({ id: createId("org", at), name: organizationName(user), personal_of: user.userId, created_at: at })
    .onConflict((conflict) => conflict.column("personal_of").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!created) return; // somebody else's transaction made both rows, and is committed by now
  await trx
    .insertInto("memberships")
    .values({ org_id: created.id, user_id: user.userId, role: "OWNER", created_at: at })
    .execute();
};

const organizationName = ({ name, email }: SignedInUser): string =>
  `${name.trim() || email.split("@")[0] || "My"}'s organization`;
