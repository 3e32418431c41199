/** Reads agents together with their instance and turns rows into the domain's records. */

import type { Kysely, Selectable, SelectType } from "kysely";

import type { InstancesTable, Schema } from "../database/schema.ts";
import type { AgentRecord, InstanceRecord } from "../port.ts";

export type InstanceRow = Selectable<InstancesTable>;

type AgentRow = InstanceRow &
  Pick<AgentRecord, "name" | "purpose" | "desired" | "generation"> & {
    readonly created_by: string;
    readonly created_at: SelectType<Date>;
  };

export const selectAgents = (db: Kysely<Schema>) =>
  db
    .selectFrom("agents")
    .innerJoin("instances", "instances.agent_id", "agents.id")
    .selectAll("instances")
    .select([
      "agents.name",
      "agents.purpose",
      "agents.desired",
      "agents.generation",
      "agents.created_by",
      "agents.created_at",
    ]);

export const toAgentRecord = (row: AgentRow): AgentRecord => ({
  id: row.agent_id,
  orgId: row.org_id,
  name: row.name,
  purpose: row.purpose,
  createdBy: row.created_by,
  createdAt: row.created_at,
  desired: row.desired,
  generation: row.generation,
  instance: toInstanceRecord(row),
});

export const toInstanceRecord = (row: InstanceRow): InstanceRecord => ({
  id: row.id,
  agentId: row.agent_id,
  orgId: row.org_id,
  phase: row.phase,
  phaseSince: row.phase_since,
  observedGeneration: row.observed_generation,
  version: row.version,
  attempt: row.attempt,
  externalId: row.external_id,
  gatewayUrl: row.gateway_url,
  certificateFingerprint: row.certificate_fingerprint,
  gatewayVersion: row.gateway_version,
  enrolledAt: row.enrolled_at,
  lastHealthyAt: row.last_healthy_at,
  lastError:
    row.last_error_code === null || row.last_error_message === null
      ? null
      : { code: row.last_error_code, message: row.last_error_message },
  nextCheckAt: row.next_check_at,
});
