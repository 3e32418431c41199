/**
 * Organizations, agents and their instances. Every row of a tenant carries its organization, and the composite
 * foreign keys make it impossible that a row points into another one.
 */

export const domain: readonly string[] = [
  `create table people (
    id text primary key,
    email text not null,
    name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create table organizations (
    id text primary key,
    name text not null check (name <> ''),
    personal_of text unique references people (id),
    created_at timestamptz not null
  )`,
  `create table memberships (
    org_id text not null references organizations (id),
    user_id text not null references people (id),
    role text not null check (role in ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
    created_at timestamptz not null,
    primary key (org_id, user_id)
  )`,
  `create index memberships_user_id on memberships (user_id)`,

  `create table agents (
    id text primary key,
    org_id text not null references organizations (id),
    name text not null check (char_length(name) between 1 and 80),
    purpose text not null check (char_length(purpose) <= 2000),
    created_by text not null references people (id),
    created_at timestamptz not null,
    desired text not null check (desired in ('running', 'stopped', 'terminated')),
    generation integer not null check (generation >= 1),
    last_seq integer not null default 0,
    unique (id, org_id)
  )`,
  `create index agents_org_id on agents (org_id, created_at)`,
  `create table agent_changes (
    agent_id text not null,
    generation integer not null,
    org_id text not null,
    reason text not null check (reason in ('created', 'removed', 'retried')),
    desired text not null check (desired in ('running', 'stopped', 'terminated')),
    actor_user_id text not null references people (id),
    at timestamptz not null,
    primary key (agent_id, generation),
    foreign key (agent_id, org_id) references agents (id, org_id)
  )`,
  `create table agent_requests (
    org_id text not null,
    user_id text not null references people (id),
    idempotency_key text not null,
    fingerprint text not null,
    agent_id text not null,
    created_at timestamptz not null,
    primary key (org_id, user_id, idempotency_key),
    foreign key (agent_id, org_id) references agents (id, org_id)
  )`,

  `create table instances (
    id text primary key,
    agent_id text not null unique,
    org_id text not null,
    phase text not null check (phase in (
      'requested', 'launching', 'booting', 'enrolling', 'verifying', 'ready', 'degraded',
      'stopping', 'stopped', 'starting', 'terminating', 'terminated', 'failed')),
    phase_since timestamptz not null,
    requested_at timestamptz not null,
    first_ready_at timestamptz,
    observed_generation integer not null default 0,
    version integer not null default 1,
    attempt integer not null default 0 check (attempt >= 0),
    external_id text,
    gateway_url text,
    certificate_fingerprint text,
    gateway_version text,
    enrolled_at timestamptz,
    last_healthy_at timestamptz,
    last_error_code text,
    last_error_message text,
    next_check_at timestamptz,
    check ((last_error_code is null) = (last_error_message is null)),
    unique (id, org_id),
    foreign key (agent_id, org_id) references agents (id, org_id)
  )`,
  `create index instances_next_check_at on instances (next_check_at)`,
  `create index instances_first_ready_at on instances (first_ready_at) where first_ready_at is not null`,
  `create table instance_events (
    agent_id text not null,
    seq integer not null check (seq >= 1),
    org_id text not null,
    instance_id text not null,
    at timestamptz not null,
    step text not null,
    state text not null check (state in ('started', 'done', 'failed', 'info')),
    title text not null,
    detail text,
    duration_ms integer check (duration_ms >= 0),
    primary key (agent_id, seq),
    foreign key (agent_id, org_id) references agents (id, org_id),
    foreign key (instance_id, org_id) references instances (id, org_id)
  )`,

  `create table enrolment_tokens (
    token_hash text primary key,
    org_id text not null,
    agent_id text not null,
    instance_id text not null,
    placement jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    completed_at timestamptz,
    revoked_at timestamptz,
    progress_count integer not null default 0,
    foreign key (agent_id, org_id) references agents (id, org_id),
    foreign key (instance_id, org_id) references instances (id, org_id)
  )`,
  `create index enrolment_tokens_instance_id on enrolment_tokens (instance_id)`,
  `create table gateway_secrets (
    instance_id text primary key,
    org_id text not null,
    key_id text not null,
    sealed text not null,
    created_at timestamptz not null,
    foreign key (instance_id, org_id) references instances (id, org_id)
  )`,
  `create table tickets (
    ticket_hash text primary key,
    org_id text not null,
    agent_id text not null,
    user_id text not null references people (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    foreign key (agent_id, org_id) references agents (id, org_id)
  )`,
  `create index tickets_expires_at on tickets (expires_at)`,
];
