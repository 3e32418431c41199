/** The tables as the queries see them; the migrations are what creates them. */

import type { ColumnType, Generated } from "kysely";

import type { DesiredState, Phase, Role, TimelineEvent } from "../port.ts";

export interface Schema {
  people: PeopleTable;
  organizations: OrganizationsTable;
  memberships: MembershipsTable;
  agents: AgentsTable;
  agent_changes: AgentChangesTable;
  agent_requests: AgentRequestsTable;
  instances: InstancesTable;
  instance_events: InstanceEventsTable;
  enrolment_tokens: EnrolmentTokensTable;
  gateway_secrets: GatewaySecretsTable;
  tickets: TicketsTable;
}

/** A mirror of whoever signs people in, so that names are known without asking it. */
interface PeopleTable {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  updated_at: Date;
}

interface OrganizationsTable {
  id: string;
  name: string;
  /** Set for the organization that everybody gets on first sight; null for shared ones. */
  personal_of: string | null;
  created_at: Date;
}

interface MembershipsTable {
  org_id: string;
  user_id: string;
  role: Role;
  created_at: Date;
}

interface AgentsTable {
  id: string;
  org_id: string;
  name: string;
  purpose: string;
  created_by: string;
  created_at: Date;
  desired: DesiredState;
  generation: number;
  /** The highest `seq` given to one of its timeline events. */
  last_seq: Generated<number>;
}

/** One row a generation: who wanted what, and when. */
interface AgentChangesTable {
  agent_id: string;
  generation: number;
  org_id: string;
  reason: "created" | "removed" | "retried";
  desired: DesiredState;
  actor_user_id: string;
  at: Date;
}

/** Idempotency keys of creations. */
interface AgentRequestsTable {
  org_id: string;
  user_id: string;
  idempotency_key: string;
  /** SHA-256 of what was asked for, to tell a repetition from another request under the same key. */
  fingerprint: string;
  agent_id: string;
  created_at: Date;
}

export interface InstancesTable {
  id: string;
  agent_id: string;
  org_id: string;
  phase: Phase;
  phase_since: Date;
  /** When this life was asked for: at the creation, or at the last retry. */
  requested_at: Date;
  /** When it was ready for the first time in this life. */
  first_ready_at: Date | null;
  observed_generation: Generated<number>;
  version: Generated<number>;
  attempt: Generated<number>;
  external_id: string | null;
  gateway_url: string | null;
  certificate_fingerprint: string | null;
  gateway_version: string | null;
  enrolled_at: Date | null;
  last_healthy_at: Date | null;
  last_error_code: string | null;
  last_error_message: string | null;
  next_check_at: Date | null;
}

interface InstanceEventsTable {
  agent_id: string;
  seq: number;
  org_id: string;
  instance_id: string;
  at: Date;
  step: string;
  state: TimelineEvent["state"];
  title: string;
  detail: string | null;
  duration_ms: number | null;
}

interface EnrolmentTokensTable {
  token_hash: string;
  org_id: string;
  agent_id: string;
  instance_id: string;
  placement: ColumnType<Record<string, unknown>, string, never>;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  completed_at: Date | null;
  /** Set when a newer token was issued for the same instance. */
  revoked_at: Date | null;
  /** Progress events taken so far; bounded. */
  progress_count: Generated<number>;
}

interface GatewaySecretsTable {
  instance_id: string;
  org_id: string;
  key_id: string;
  sealed: string;
  created_at: Date;
}

interface TicketsTable {
  ticket_hash: string;
  org_id: string;
  agent_id: string;
  user_id: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}
