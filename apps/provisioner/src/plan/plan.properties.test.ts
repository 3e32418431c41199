import type { DesiredState, Phase } from "@skykoi/control";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Observation, Verdict } from "../observation.ts";
import { plan } from "./plan.ts";
import { DEFAULT_POLICY as POLICY } from "../policy.ts";
import type { Step } from "../step.ts";
import { at, instanceIn } from "../testing/records.ts";

const ANSWERS: readonly Verdict[] = [
  { kind: "ok", version: "1.0.0" },
  { kind: "silent", reason: { code: "AGENT_UNREACHABLE", message: "No answer." } },
  { kind: "complaining", version: "1.0.0", reason: { code: "UNAVAILABLE", message: "The disk is full." } },
];

const PHASES: readonly Phase[] = [
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
];

const time = fc.integer({ min: -200_000, max: 200_000 }).map(at);
const maybeTime = fc.option(time, { nil: null });
const someReason = fc.constant({ code: "LAUNCH_FAILED", message: "Something went wrong." });
const exit = fc.option(
  fc.record({ reason: someReason, retry: fc.constantFrom("now" as const, "later" as const, "never" as const) }),
  { nil: null },
);
const launchId = fc.option(fc.constantFrom("1.1", "1.2", "2.1"), { nil: null });
const externalId = fc.constantFrom("x-1", "x-2");

const machines: fc.Arbitrary<Observation["machine"]> = fc.oneof(
  fc.record({ kind: fc.constant("absent" as const) }),
  fc.record({ kind: fc.constant("unknown" as const), reason: someReason }),
  fc.record({ kind: fc.constant("stopped" as const), externalId, launchId, exit }),
  fc.record({
    kind: fc.constant("running" as const),
    externalId,
    launchId,
    gatewayUrl: fc.constantFrom("ws://x-1", "ws://x-2", null),
  }),
);

const situation = fc.record({
  wanted: fc.record({
    desired: fc.constantFrom<DesiredState[]>("running", "stopped", "terminated"),
    generation: fc.integer({ min: 1, max: 3 }),
  }),
  instance: fc
    .record({
      attempt: fc.integer({ min: 0, max: 6 }),
      observedGeneration: fc.integer({ min: 0, max: 3 }),
      phaseSince: time,
      nextCheckAt: maybeTime,
      enrolledAt: maybeTime,
      lastHealthyAt: maybeTime,
      lastError: fc.option(someReason, { nil: null }),
      externalId: fc.option(externalId, { nil: null }),
    })
    .chain((overrides) => fc.constantFrom(...PHASES).map((phase) => instanceIn(phase, overrides))),
  machine: machines,
  health: fc.option(fc.constantFrom(...ANSWERS), { nil: undefined }),
});

const NOW = at(0);

const planOf = ({ wanted, instance, machine, health }: typeof situation extends fc.Arbitrary<infer S> ? S : never) =>
  plan(wanted, instance, { machine, ...(health ? { health } : {}) }, NOW);

const holds = (says: string, predicate: (step: Step, s: Parameters<typeof planOf>[0]) => boolean): void => {
  it(says, () => {
    fc.assert(
      fc.property(situation, (s) => predicate(planOf(s), s)),
      { numRuns: 3_000 },
    );
  });
};

describe("in every situation", () => {
  holds("there is an answer, and it is the same every time", (step, s) => {
    expect(planOf(s)).toEqual(step);
    return typeof step.kind === "string";
  });

  holds("a wait lies in the future and has an end", (step, { instance }) => {
    if (step.kind !== "wait") return true;
    const longest = Math.max(NOW.getTime(), instance.phaseSince.getTime(), instance.nextCheckAt?.getTime() ?? 0);
    return step.until > NOW && step.until.getTime() <= longest + POLICY.bootLimitMs;
  });

  holds("nothing is launched while something of the instance is alive or unknown", (step, { machine }) =>
    step.kind === "launch" ? machine.kind === "absent" || machine.kind === "stopped" : true,
  );

  holds("no more is tried than the policy allows", (step) =>
    step.kind === "launch" ? step.attempt >= 1 && step.attempt <= POLICY.maxAttempts + 1 : true,
  );

  holds("terminated stays terminated", (step, { instance }) => instance.phase !== "terminated" || step.kind === "none");

  holds("what is to be deleted is never launched, started or called ready", (step, { wanted }) =>
    wanted.desired === "terminated" ? !["launch", "restart", "mark-ready"].includes(step.kind) : true,
  );

  holds("only an observed absence is called terminated", (step, { machine }) =>
    step.kind === "mark-terminated" ? machine.kind === "absent" : true,
  );

  holds("ready is said only after a healthy answer", (step, { health }) =>
    step.kind === "mark-ready" ? health?.kind === "ok" : true,
  );

  holds("every failure has a reason a person can read", (step) =>
    step.kind === "fail" || step.kind === "retry-launch" || step.kind === "mark-degraded"
      ? step.reason.message.endsWith(".") && step.reason.code !== ""
      : true,
  );

  holds("only what is where it should be is settled", (step, { wanted, instance }) => {
    if (step.kind !== "none" || instance.phase === "terminated") return true;
    return wanted.desired === "stopped" ? instance.phase === "stopped" : instance.phase === "failed";
  });

  holds("after an answer the health is not asked for again", (step, { health }) =>
    step.kind === "verify" ? health === undefined : true,
  );
});
