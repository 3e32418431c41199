/** What every service of the domain works with. */

import type { Logger } from "@skykoi/log";
import type { Kysely } from "kysely";

import type { Schema } from "./database/schema.ts";
import type { Envelope } from "./secrets/envelope.ts";

export interface ControlContext {
  readonly db: Kysely<Schema>;
  readonly envelope: Envelope;
  readonly now: () => Date;
  readonly log: Logger;
  readonly maxAgentsPerOrganization: number;
}
