/** Records as tests need them: complete, plain, and different only where the test says so. */

import type { InstanceRecord, Phase } from "@skykoi/control";

const T0 = new Date("2026-11-01T12:00:00.000Z");

export const at = (ms: number): Date => new Date(T0.getTime() + ms);

export const instanceIn = (phase: Phase, overrides: Partial<InstanceRecord> = {}): InstanceRecord => ({
  id: "ins_1",
  agentId: "agt_1",
  orgId: "org_1",
  phase,
  phaseSince: T0,
  observedGeneration: 1,
  version: 1,
  attempt: 1,
  externalId: "x-1",
  gatewayUrl: "ws://x-1",
  certificateFingerprint: null,
  gatewayVersion: null,
  enrolledAt: null,
  lastHealthyAt: null,
  lastError: null,
  nextCheckAt: null,
  ...overrides,
});
