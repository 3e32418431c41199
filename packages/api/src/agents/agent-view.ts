/** What the API shows of an agent and its timeline: schemas that are also the types, and the way from a record to them. */

import type { AgentRecord, TimelineEvent } from "@skykoi/control";
import { Type, type Static } from "typebox";

import { closed, isoDate, nullable } from "../http/shapes.ts";

export const AgentView = closed({
  id: Type.String(),
  name: Type.String(),
  purpose: Type.String(),
  phase: Type.Enum([
    "requested",
    "launching",
    "booting",
    "enrolling",
    "verifying",
    "ready",
    "degraded",
    "stopping",
    "stopped",
    "starting",
    "terminating",
    "terminated",
    "failed",
  ]),
  phaseSince: isoDate(),
  desired: Type.Enum(["running", "stopped", "terminated"]),
  createdAt: isoDate(),
  lastError: nullable(closed({ code: Type.String(), message: Type.String() })),
  gatewayVersion: nullable(Type.String()),
  /** How long a new agent usually takes here, in ms; null before the first one was ready. */
  typicalReadyMs: nullable(Type.Number()),
});
export type AgentView = Static<typeof AgentView>;

export const TimelineEventView = closed({
  seq: Type.Integer(),
  instanceId: Type.String(),
  at: isoDate(),
  step: Type.String(),
  state: Type.Enum(["started", "done", "failed", "info"]),
  title: Type.String(),
  detail: nullable(Type.String()),
  durationMs: nullable(Type.Number()),
});
export type TimelineEventView = Static<typeof TimelineEventView>;

export const agentView = (agent: AgentRecord, typicalReadyMs: number | null): AgentView => ({
  id: agent.id,
  name: agent.name,
  purpose: agent.purpose,
  phase: agent.instance.phase,
  phaseSince: agent.instance.phaseSince.toISOString(),
  desired: agent.desired,
  createdAt: agent.createdAt.toISOString(),
  lastError: agent.instance.lastError && {
    code: agent.instance.lastError.code,
    message: agent.instance.lastError.message,
  },
  gatewayVersion: agent.instance.gatewayVersion,
  typicalReadyMs,
});

export const timelineEventView = (event: TimelineEvent): TimelineEventView => ({
  seq: event.seq,
  instanceId: event.instanceId,
  at: event.at.toISOString(),
  step: event.step,
  state: event.state,
  title: event.title,
  detail: event.detail,
  durationMs: event.durationMs,
});
