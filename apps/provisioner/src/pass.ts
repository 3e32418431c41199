/** One look at one instance: load, observe, plan, do one idempotent step, record it by compare-and-swap. */

import type { GatewayAddress, PublicError } from "@skykoi/control";
import { describeThrown, isFault } from "@skykoi/fault";

import { clear, settle, stop, terminate } from "./ending.ts";
import { launch } from "./launch.ts";
import { AGAIN, callDriver, rest, save, type Look, type Outcome, type PassContext } from "./look.ts";
import type { Observation, Verdict } from "./observation.ts";
import { plan } from "./plan/plan.ts";
import { fromThrown, notEnrolled } from "./reasons.ts";
import { restart } from "./restart.ts";
import type { Step } from "./step.ts";
import { transition } from "./transition.ts";

export interface PassResult {
  readonly outcome: Outcome;
  /** Undefined when there is no such instance. */
  readonly agentId: string | undefined;
  /** Nothing will ever happen to it again. */
  readonly isOver: boolean;
}

/** Throws only when the database does; the record is then as it was. */
export const pass = async (context: PassContext, instanceId: string): Promise<PassResult> => {
  const loaded = await context.fleet.load(instanceId);
  if (!loaded) return { outcome: rest(null), agentId: undefined, isOver: true };
  const { agent, instance } = loaded;
  const look: Look = { agent, instance, ref: { instanceId, externalId: instance.externalId } };
  const observed = await observe(context, look);
  const step = await nextStep(context, look, observed);
  if (step.kind !== "none" && step.kind !== "wait") {
    context.log.debug("A step is taken.", { instanceId, phase: instance.phase, step: step.kind });
  }
  const outcome = await perform(context, look, step, observed);
  return { outcome, agentId: agent.id, isOver: instance.phase === "terminated" };
};

const observe = async (context: PassContext, { ref }: Look): Promise<Observation> => {
  try {
    return { machine: await callDriver(context.driver.observe(ref), "Looking at the instance") };
  } catch (thrown) {
    context.log.warn("The driver could not observe an instance.", { ...ref, error: describeThrown(thrown) });
    return { machine: { kind: "unknown", reason: fromThrown(thrown) } };
  }
};

const nextStep = async (context: PassContext, look: Look, observed: Observation): Promise<Step> => {
  const { agent, instance } = look;
  const step = plan(agent, instance, observed, context.now(), context.policy);
  if (step.kind !== "verify") return step;
  const address = await readAddress(context, instance.id);
  if (address.kind === "sealed") return { kind: "fail", reason: address.reason };
  const health = address.gateway ? await context.health(address.gateway) : silentUntilEnrolled();
  return plan(agent, instance, { ...observed, health }, context.now(), context.policy);
};

type ReadAddress =
  | { readonly kind: "read"; readonly gateway: GatewayAddress | undefined }
  /** Its token cannot be opened: the secret key is another one. No waiting helps; a new launch makes a new token. */
  | { readonly kind: "sealed"; readonly reason: PublicError };

const readAddress = async ({ fleet }: PassContext, instanceId: string): Promise<ReadAddress> => {
  try {
    return { kind: "read", gateway: await fleet.address(instanceId) };
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    return { kind: "sealed", reason: fromThrown(thrown) };
  }
};

const silentUntilEnrolled = (): Verdict => ({ kind: "silent", reason: notEnrolled() });

const perform = async (context: PassContext, look: Look, step: Step, observed: Observation): Promise<Outcome> => {
  switch (step.kind) {
    case "none":
    case "verify":
      return rest(null);
    case "wait":
      return waitUntil(context, look, step.until);
    case "launch":
      return launch(context, look, step.attempt);
    case "restart":
      return restart(context, look, step);
    case "clear":
      return clear(context, look);
    case "stop":
      return stop(context, look);
    case "terminate":
      return terminate(context, look);
    case "fail":
    case "retry-launch":
      return settle(context, look, step, observed.machine.kind === "running");
    case "mark-booting":
    case "mark-verifying":
    case "mark-ready":
    case "mark-missed":
    case "mark-degraded":
    case "mark-address":
    case "mark-stopped":
    case "mark-terminated": {
      const saved = await save(context, look.instance, transition(step, look, context));
      return saved ? restUnlessDue(context, saved.nextCheckAt, step.kind === "mark-booting") : AGAIN;
    }
    default:
      return step satisfies never;
  }
};

const waitUntil = async (context: PassContext, { instance }: Look, until: Date): Promise<Outcome> => {
  if (instance.nextCheckAt?.getTime() === until.getTime()) return rest(until);
  const saved = await save(context, instance, { patch: { nextCheckAt: until }, events: [] });
  return saved ? rest(until) : AGAIN;
};

/** A booting instance may have enrolled while its launch was recorded: look again whatever the clock says. */
const restUnlessDue = (context: PassContext, nextCheckAt: Date | null, always: boolean): Outcome =>
  always || (nextCheckAt !== null && nextCheckAt <= context.now()) ? AGAIN : rest(nextCheckAt);
