/** What a step writes: the patch of the instance's record and the timeline events a person reads. Pure. */

import type { AgentRecord, FleetService, InstanceRecord, NewTimelineEvent, Phase } from "@skykoi/control";

import type { Policy } from "./policy.ts";
import type { Step } from "./step.ts";

export interface Transition {
  readonly patch: Patch;
  readonly events: readonly NewTimelineEvent[];
}

type Patch = Parameters<FleetService["record"]>[1];

/** The record as it was read. */
export interface Subject {
  readonly agent: Pick<AgentRecord, "desired" | "generation" | "createdAt">;
  readonly instance: InstanceRecord;
}

interface Surroundings {
  readonly now: () => Date;
  readonly policy: Policy;
}

interface TransitionInput {
  readonly agent: Subject["agent"];
  readonly instance: InstanceRecord;
  readonly now: Date;
}

/** Steps that only write. */
export type Mark = Extract<Step, { kind: `mark-${string}` | "fail" | "retry-launch" }>;

export const transition = (
  step: Mark,
  { agent, instance }: Subject,
  { now: clock, policy }: Surroundings,
): Transition => {
  const now = clock();
  const input = { agent, instance, now };
  const observedGeneration = agent.generation;
  switch (step.kind) {
    case "mark-booting":
      return {
        patch: {
          phase: "booting",
          externalId: step.machine.externalId,
          gatewayUrl: step.machine.gatewayUrl ?? instance.gatewayUrl,
          nextCheckAt: after(now, policy.bootLimitMs),
        },
        events: [
          done("launching", "Instance started", ageMs(input)),
          { step: "booting", state: "started", title: "The instance boots" },
        ],
      };
    case "mark-verifying":
      return {
        patch: { phase: "verifying", nextCheckAt: now },
        events: [
          done("booting", "The instance has booted", untilEnrolledMs(input)),
          done("enrolling", "The instance has enrolled", ageMs(input) - untilEnrolledMs(input)),
          { step: "verifying", state: "started", title: "Asking the gateway for its health" },
        ],
      };
    case "mark-ready":
      return {
        patch: {
          phase: "ready",
          observedGeneration,
          attempt: step.attempt,
          gatewayVersion: step.version,
          lastHealthyAt: now,
          lastError: null,
          nextCheckAt: after(now, policy.healthIntervalMs),
        },
        events: readyEvents(input),
      };
    case "mark-missed":
      return { patch: { lastError: step.reason, nextCheckAt: after(now, policy.missedCheckRetryMs) }, events: [] };
    case "mark-degraded":
      return {
        patch: {
          phase: "degraded",
          lastError: step.reason,
          nextCheckAt: after(now, step.lookAgainMs),
          ...(step.answered ? { lastHealthyAt: now } : {}),
        },
        events:
          instance.phase === "degraded" && instance.lastError?.message === step.reason.message
            ? []
            : [failed("degraded", "Not working as it should", step.reason.message, ageMs(input))],
      };
    case "mark-address":
      return {
        patch: {
          externalId: step.machine.externalId,
          gatewayUrl: step.machine.gatewayUrl ?? instance.gatewayUrl,
          nextCheckAt: now,
        },
        events: [],
      };
    case "mark-stopped":
      return {
        patch: { phase: "stopped", observedGeneration, lastError: null, nextCheckAt: null },
        events: [done("stopped", "Stopped", ageMs(input))],
      };
    case "mark-terminated":
      return {
        patch: { phase: "terminated", observedGeneration, lastError: null, nextCheckAt: null },
        events: [done("terminated", "Deleted", ageMs(input))],
      };
    case "retry-launch":
      return {
        patch: {
          phase: "requested",
          enrolledAt: null,
          lastError: step.reason,
          nextCheckAt: after(now, step.delayMs),
        },
        events: [failed(instance.phase, `Attempt ${instance.attempt} failed`, step.reason.message, ageMs(input))],
      };
    case "fail":
      return {
        patch: { phase: "failed", observedGeneration, lastError: step.reason, nextCheckAt: null },
        events: [failed(instance.phase, "Given up", step.reason.message, ageMs(input))],
      };
    default:
      return step satisfies never;
  }
};

/** The claim of an attempt: whoever writes it first may launch. */
export const claimLaunch = (attempt: number, { agent }: Subject, { now, policy }: Surroundings): Transition => ({
  patch: {
    phase: "launching",
    attempt,
    observedGeneration: agent.generation,
    enrolledAt: null,
    nextCheckAt: after(now(), policy.launchLeaseMs),
  },
  events: [
    {
      step: "launching",
      state: "started",
      title: attempt === 1 ? "Starting the instance" : `Starting the instance, attempt ${attempt}`,
    },
  ],
});

/** The claim of a restart. */
export const claimRestart = (
  step: Extract<Step, { kind: "restart" }>,
  { agent, instance }: Subject,
  { now, policy }: Surroundings,
): Transition => ({
  patch: {
    phase: "starting",
    attempt: step.attempt,
    observedGeneration: agent.generation,
    lastError: step.reason ?? instance.lastError,
    nextCheckAt: after(now(), policy.launchLeaseMs),
  },
  events: [
    {
      step: "starting",
      state: "started",
      title: "Starting the gateway again",
      ...(step.reason ? { detail: step.reason.message } : {}),
    },
  ],
});

/** Says that work has begun whose end another pass will see. */
export const beginEnding = (phase: Extract<Phase, "stopping" | "terminating">, { agent }: Subject): Transition => ({
  patch: { phase, observedGeneration: agent.generation, nextCheckAt: null },
  events: [{ step: phase, state: "started", title: phase === "stopping" ? "Stopping" : "Deleting" }],
});

const readyEvents = (input: TransitionInput): NewTimelineEvent[] => {
  switch (input.instance.phase) {
    case "ready":
      return [];
    case "starting":
      return [done("starting", "The gateway is back", ageMs(input)), done("ready", "Ready", ageMs(input))];
    case "degraded":
      return [done("ready", "Working again", ageMs(input))];
    default:
      return [done("verifying", "The gateway answers", ageMs(input)), done("ready", "Ready", totalMs(input))];
  }
};

/** From the wish to the working agent; of a later generation only the last step is known. */
const totalMs = (input: TransitionInput): number =>
  input.agent.generation === 1 ? input.now.getTime() - input.agent.createdAt.getTime() : ageMs(input);

const untilEnrolledMs = ({ instance, now }: TransitionInput): number =>
  Math.max(0, (instance.enrolledAt ?? now).getTime() - instance.phaseSince.getTime());

const ageMs = ({ instance, now }: TransitionInput): number =>
  Math.max(0, now.getTime() - instance.phaseSince.getTime());

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

const done = (step: string, title: string, durationMs: number): NewTimelineEvent => ({
  step,
  state: "done",
  title,
  durationMs,
});

const failed = (step: string, title: string, detail: string, durationMs: number): NewTimelineEvent => ({
  step,
  state: "failed",
  title,
  detail,
  durationMs,
});
