/** Puts the domain's services together on one open database. */

import type { Logger } from "@skykoi/log";

import { createAgentService } from "./agents/agent-service.ts";
import type { ControlContext } from "./control-context.ts";
import type { Database } from "./database/database.ts";
import { createEnrolmentService } from "./enrolment/enrolment-service.ts";
import { createFleetService } from "./fleet/fleet-service.ts";
import { actorFor } from "./organizations/actor-for.ts";
import { organizationOf } from "./organizations/organization-of.ts";
import type { Control } from "./port.ts";
import { createEnvelope } from "./secrets/envelope.ts";
import { createTicketService } from "./tickets/ticket-service.ts";

export interface ControlOptions {
  readonly database: Database;
  /** SKYKOI_SECRET_KEY, at least 32 characters; gateway tokens are sealed with a key derived from it. */
  readonly secretKey: string;
  readonly now?: () => Date;
  readonly log: Logger;
  readonly entitlements?: { readonly maxAgentsPerOrganization?: number };
}

const DEFAULT_MAX_AGENTS = 25;

/** Throws CONFIG_INVALID for a secret key that is too short. Closing the database is the caller's. */
export const createControl = ({ database, secretKey, now, log, entitlements }: ControlOptions): Control => {
  const context: ControlContext = {
    db: database.kysely,
    envelope: createEnvelope(secretKey),
    now: now ?? (() => new Date()),
    log,
    maxAgentsPerOrganization: entitlements?.maxAgentsPerOrganization ?? DEFAULT_MAX_AGENTS,
  };
  return {
    agents: createAgentService(context),
    tickets: createTicketService(context),
    enrolment: createEnrolmentService(context),
    fleet: createFleetService(context),
    changes: database.notifications,
    actorFor: (user) => actorFor(context, user),
    organization: (actor) => organizationOf(context, actor),
  };
};
