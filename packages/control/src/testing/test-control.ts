/** A control on a test's database, with a clock that stands still and people in every role. */

import { silentLogger } from "@skykoi/log";

import { createControl } from "../create-control.ts";
import type { Database } from "../database/database.ts";
import type { Actor, AgentRecord, Control, InstanceRecord, Role } from "../port.ts";

export interface TestControl {
  readonly control: Control;
  readonly clock: { readonly now: () => Date; readonly advance: (ms: number) => void };
  /** A new person with a personal organization. */
  readonly owner: () => Promise<Actor>;
  /** A new person with this role in the organization of `owner`. */
  readonly colleague: (owner: Actor, role: Role) => Promise<Actor>;
  /** The agent's instance as it is now. */
  readonly instance: (agent: AgentRecord) => Promise<InstanceRecord>;
  /** An agent that was enrolled and answers. */
  readonly readyAgent: (owner: Actor) => Promise<AgentRecord>;
}

let people = 0;

export const createTestControl = (
  database: Database,
  entitlements?: { readonly maxAgentsPerOrganization: number },
): TestControl => {
  let timeMs = Date.UTC(2026, 0, 1);
  const now = (): Date => new Date(timeMs);
  const control = createControl({
    database,
    secretKey: "a secret key that only tests have ever used",
    log: silentLogger,
    now,
    ...(entitlements && { entitlements }),
  });
  const owner = (): Promise<Actor> => {
    people += 1;
    return control.actorFor({ userId: `user-${people}`, email: `user-${people}@example.test`, name: `User ${people}` });
  };
  const instance = async (agent: AgentRecord): Promise<InstanceRecord> => {
    const loaded = await control.fleet.load(agent.instance.id);
    if (!loaded) throw new Error(`no instance ${agent.instance.id}`);
    return loaded.instance;
  };

  return {
    control,
    clock: { now, advance: (ms) => void (timeMs += ms) },
    owner,
    instance,
    colleague: async ({ orgId }, role) => {
      const person = await owner();
      await database.kysely
        .insertInto("memberships")
        .values({ org_id: orgId, user_id: person.userId, role, created_at: now() })
        .execute();
      return { ...person, orgId, role };
    },
    readyAgent: async (actor) => {
      const agent = await control.agents.create(actor, { name: "Koi" });
      const token = await control.enrolment.issue(agent.instance.id, {});
      await control.enrolment.exchange(token);
      await control.enrolment.complete(token, { gatewayVersion: "0.1.0", gatewayUrl: "ws://127.0.0.1:1" });
      await control.fleet.record(
        await instance(agent),
        { phase: "ready", observedGeneration: 1, nextCheckAt: null },
        [],
      );
      return await control.agents.get(actor, agent.id);
    },
  };
};
