import type { DesiredState, InstanceRecord } from "@skykoi/control";
import { describe, expect, it } from "vitest";

import type { ExitReport, MachineState } from "../drivers/driver.ts";
import type { Observation, Verdict } from "../observation.ts";
import { plan } from "./plan.ts";
import { DEFAULT_POLICY as POLICY } from "../policy.ts";
import type { Step } from "../step.ts";
import { at, instanceIn } from "../testing/records.ts";

const running: MachineState = { kind: "running", externalId: "x-1", gatewayUrl: "ws://x-1", launchId: "1.1" };
const absent: MachineState = { kind: "absent" };
const stopped = (exit: ExitReport | null = null, launchId = "1.1"): MachineState => ({
  kind: "stopped",
  externalId: "x-1",
  launchId,
  exit,
});
const crash: ExitReport = { reason: { code: "LAUNCH_FAILED", message: "It crashed." }, retry: "later" };
const broken: ExitReport = {
  reason: { code: "CONFIG_INVALID", message: "The configuration is broken." },
  retry: "never",
};
const ok: Verdict = { kind: "ok", version: "1.0.0" };
const silence: Verdict = { kind: "silent", reason: { code: "AGENT_UNREACHABLE", message: "No answer." } };
const complaint: Verdict = {
  kind: "complaining",
  version: "1.0.0",
  reason: { code: "UNAVAILABLE", message: "The disk is full." },
};

interface Case {
  readonly says: string;
  readonly instance: InstanceRecord;
  readonly machine: MachineState;
  readonly health?: Verdict;
  readonly desired?: DesiredState;
  readonly generation?: number;
  readonly atMs?: number;
  readonly step: Partial<Step>;
}

const CASES: readonly Case[] = [
  {
    says: "a new instance is launched",
    instance: instanceIn("requested", { attempt: 0, observedGeneration: 0, externalId: null }),
    machine: absent,
    step: { kind: "launch", attempt: 1 },
  },
  {
    says: "a failed attempt waits for its back-off",
    instance: instanceIn("requested", { attempt: 2, nextCheckAt: at(500) }),
    machine: stopped(),
    step: { kind: "wait", until: at(500) },
  },
  {
    says: "after the back-off the next attempt follows",
    instance: instanceIn("requested", { attempt: 2, nextCheckAt: at(500) }),
    machine: stopped(),
    atMs: 500,
    step: { kind: "launch", attempt: 3 },
  },
  {
    says: "after five attempts it is given up",
    instance: instanceIn("requested", { attempt: 5 }),
    machine: absent,
    step: { kind: "fail" },
  },
  {
    says: "a retry of a person begins with attempt one whatever was before",
    instance: instanceIn("failed", { attempt: 5 }),
    machine: absent,
    generation: 2,
    step: { kind: "launch", attempt: 1 },
  },
  {
    says: "what still runs of an earlier attempt is stopped before the next launch",
    instance: instanceIn("requested"),
    machine: running,
    step: { kind: "clear" },
  },
  {
    says: "a launch that somebody has claimed is waited for",
    instance: instanceIn("launching", { nextCheckAt: at(30_000) }),
    machine: absent,
    step: { kind: "wait" },
  },
  {
    says: "a claim that led to nothing is taken over with the same attempt",
    instance: instanceIn("launching", { nextCheckAt: at(30_000) }),
    machine: absent,
    atMs: 30_000,
    step: { kind: "launch", attempt: 1 },
  },
  {
    says: "a launch whose reply was lost is found at the machine",
    instance: instanceIn("launching", { nextCheckAt: at(30_000) }),
    machine: running,
    step: { kind: "mark-booting", machine: running },
  },
  {
    says: "the end of an earlier machine is not the end of this attempt",
    instance: instanceIn("launching", { attempt: 2, nextCheckAt: at(30_000) }),
    machine: stopped(crash, "1.1"),
    step: { kind: "wait" },
  },
  {
    says: "booting has a limit",
    instance: instanceIn("booting"),
    machine: running,
    step: { kind: "wait", until: at(POLICY.bootLimitMs) },
  },
  {
    says: "a boot that takes too long is tried again",
    instance: instanceIn("booting"),
    machine: running,
    atMs: POLICY.bootLimitMs,
    step: { kind: "retry-launch" },
  },
  {
    says: "an enrolled instance is verified",
    instance: instanceIn("booting", { enrolledAt: at(10) }),
    machine: running,
    step: { kind: "mark-verifying" },
  },
  {
    says: "a crash while booting is tried again later",
    instance: instanceIn("booting", { attempt: 2 }),
    machine: stopped(crash),
    step: { kind: "retry-launch", reason: crash.reason, delayMs: 2_000 },
  },
  {
    says: "a taken port is tried again at once",
    instance: instanceIn("booting"),
    machine: stopped({ ...crash, retry: "now" }),
    step: { kind: "retry-launch", delayMs: 0 },
  },
  {
    says: "what no retry can mend fails at the first attempt",
    instance: instanceIn("booting"),
    machine: stopped(broken),
    step: { kind: "fail", reason: broken.reason },
  },
  {
    says: "the fifth crash is the last",
    instance: instanceIn("booting", { attempt: 5 }),
    machine: stopped(crash),
    step: { kind: "fail" },
  },
  { says: "verifying asks for health", instance: instanceIn("verifying"), machine: running, step: { kind: "verify" } },
  {
    says: "only an answer makes it ready",
    instance: instanceIn("verifying"),
    machine: running,
    health: ok,
    step: { kind: "mark-ready", version: "1.0.0" },
  },
  {
    says: "a gateway that complains from the start is degraded, not ready",
    instance: instanceIn("verifying"),
    machine: running,
    health: complaint,
    step: { kind: "mark-degraded", reason: complaint.reason, answered: true },
  },
  {
    says: "silence while verifying is asked again soon",
    instance: instanceIn("verifying"),
    machine: running,
    health: silence,
    step: { kind: "wait", until: at(50) },
  },
  {
    says: "silence has a limit",
    instance: instanceIn("verifying"),
    machine: running,
    health: silence,
    atMs: POLICY.verifyLimitMs,
    step: { kind: "retry-launch" },
  },
  {
    says: "a ready instance is left alone until its next check",
    instance: instanceIn("ready", { nextCheckAt: at(5_000) }),
    machine: running,
    step: { kind: "wait", until: at(5_000) },
  },
  {
    says: "a check is due",
    instance: instanceIn("ready", { nextCheckAt: at(0) }),
    machine: running,
    step: { kind: "verify" },
  },
  {
    says: "one missed check is not an outage",
    instance: instanceIn("ready"),
    machine: running,
    health: silence,
    step: { kind: "mark-missed" },
  },
  {
    says: "two missed checks are",
    instance: instanceIn("ready", { lastError: silence.reason }),
    machine: running,
    health: silence,
    step: { kind: "mark-degraded", reason: silence.reason, answered: false },
  },
  {
    says: "after a stable time restarts are counted anew",
    instance: instanceIn("ready", { attempt: 4 }),
    machine: running,
    health: ok,
    atMs: POLICY.stableAfterMs,
    step: { kind: "mark-ready", attempt: 0 },
  },
  {
    says: "the end of the process is an outage at once",
    instance: instanceIn("ready"),
    machine: stopped(crash),
    step: { kind: "mark-degraded", reason: crash.reason, lookAgainMs: 0 },
  },
  {
    says: "a crash loop slows down",
    instance: instanceIn("ready", { attempt: 3 }),
    machine: stopped(crash),
    step: { kind: "mark-degraded", lookAgainMs: 2_000 },
  },
  {
    says: "what the platform stopped itself is started without an outage",
    instance: instanceIn("ready", { attempt: 0 }),
    machine: stopped(),
    step: { kind: "restart", attempt: 0, stopFirst: false, reason: null },
  },
  {
    says: "a lost disk is never replaced by an empty one unasked",
    instance: instanceIn("ready"),
    machine: absent,
    step: { kind: "fail" },
  },
  {
    says: "a gateway on another port is looked for there",
    instance: instanceIn("ready"),
    machine: { kind: "running", externalId: "x-2", gatewayUrl: "ws://x-2", launchId: "1.1" },
    step: { kind: "mark-address" },
  },
  {
    says: "a dead gateway is restarted",
    instance: instanceIn("degraded", { lastError: crash.reason }),
    machine: stopped(crash),
    step: { kind: "restart", attempt: 2, stopFirst: false },
  },
  {
    says: "a gateway that keeps crashing is given up",
    instance: instanceIn("degraded", { attempt: 5 }),
    machine: stopped(crash),
    step: { kind: "fail" },
  },
  {
    says: "an answer ends the outage",
    instance: instanceIn("degraded"),
    machine: running,
    health: ok,
    step: { kind: "mark-ready" },
  },
  {
    says: "a hung gateway is stopped and started",
    instance: instanceIn("degraded"),
    machine: running,
    health: silence,
    atMs: POLICY.hungLimitMs,
    step: { kind: "restart", stopFirst: true },
  },
  {
    says: "a gateway that answered until now is not hung, however long it is degraded",
    instance: instanceIn("degraded", { lastHealthyAt: at(POLICY.hungLimitMs) }),
    machine: running,
    health: silence,
    atMs: POLICY.hungLimitMs + 1,
    step: { kind: "wait" },
  },
  {
    says: "a start that somebody has claimed is waited for",
    instance: instanceIn("starting", { nextCheckAt: at(30_000) }),
    machine: stopped(),
    step: { kind: "wait", until: at(30_000) },
  },
  {
    says: "a gateway that dies while it starts counts",
    instance: instanceIn("starting", { nextCheckAt: at(0) }),
    machine: stopped(),
    step: { kind: "restart", attempt: 2 },
  },
  {
    says: "a stopped instance is woken",
    instance: instanceIn("stopped"),
    machine: stopped(),
    generation: 2,
    step: { kind: "restart", stopFirst: false },
  },
  {
    says: "stopping stops what runs",
    instance: instanceIn("ready"),
    machine: running,
    desired: "stopped",
    step: { kind: "stop" },
  },
  {
    says: "what does not run is stopped",
    instance: instanceIn("stopping"),
    machine: stopped(),
    desired: "stopped",
    step: { kind: "mark-stopped" },
  },
  {
    says: "stopped and wanted so is settled",
    instance: instanceIn("stopped"),
    machine: stopped(),
    desired: "stopped",
    step: { kind: "none" },
  },
  {
    says: "deleting removes the machine first",
    instance: instanceIn("ready"),
    machine: running,
    desired: "terminated",
    step: { kind: "terminate" },
  },
  {
    says: "only what is gone is deleted",
    instance: instanceIn("terminating"),
    machine: absent,
    desired: "terminated",
    step: { kind: "mark-terminated" },
  },
  {
    says: "deleting during a launch waits until the launch is over",
    instance: instanceIn("launching", { nextCheckAt: at(0) }),
    machine: absent,
    desired: "terminated",
    atMs: 1,
    step: { kind: "wait", until: at(POLICY.launchLeaseMs) },
  },
  {
    says: "a failed instance keeps nothing running",
    instance: instanceIn("failed"),
    machine: running,
    step: { kind: "clear" },
  },
  { says: "failed is settled", instance: instanceIn("failed"), machine: stopped(crash), step: { kind: "none" } },
];

describe("the plan", () => {
  it.each(CASES)("$says", ({ instance, machine, health, desired = "running", generation = 1, atMs = 0, step }) => {
    const observed: Observation = { machine, ...(health ? { health } : {}) };
    expect(plan({ desired, generation }, instance, observed, at(atMs))).toMatchObject(step);
  });
});
