/** Everything that ends a machine: stop it, terminate it, clear what is left of a failed attempt. */

import type { InstanceRecord } from "@skykoi/control";

import { AGAIN, callDriver, jittered, rest, save, type Look, type Outcome, type PassContext } from "./look.ts";
import { fromThrown } from "./reasons.ts";
import { beginEnding, transition, type Mark } from "./transition.ts";

const MIN_RETRY_MS = 1_000;

export const stop = (context: PassContext, look: Look): Promise<Outcome> =>
  end(context, look, "stopping", () => callDriver(context.driver.stop(look.ref), "Stopping the instance"));

export const terminate = (context: PassContext, look: Look): Promise<Outcome> =>
  end(context, look, "terminating", () => callDriver(context.driver.terminate(look.ref), "Deleting the instance"));

/** Stops what runs although nothing should. */
export const clear = (context: PassContext, look: Look): Promise<Outcome> =>
  attempt(context, look.instance, () => callDriver(context.driver.stop(look.ref), "Stopping the instance"));

/** Ends an attempt: first what still runs of it, then the record. */
export const settle = (
  context: PassContext,
  look: Look,
  step: Extract<Mark, { kind: "fail" | "retry-launch" }>,
  isRunning: boolean,
): Promise<Outcome> =>
  attempt(context, look.instance, async () => {
    if (isRunning) await callDriver(context.driver.stop(look.ref), "Stopping the instance");
    const spread = step.kind === "retry-launch" ? { ...step, delayMs: jittered(context, step.delayMs) } : step;
    await save(context, look.instance, transition(spread, look, context));
  });

/** The phase is written first, so that a person sees it; the next pass sees the result at the machine. */
const end = async (
  context: PassContext,
  look: Look,
  phase: "stopping" | "terminating",
  work: () => Promise<void>,
): Promise<Outcome> => {
  const begun =
    look.instance.phase === phase ? look.instance : await save(context, look.instance, beginEnding(phase, look));
  return begun ? attempt(context, begun, work) : AGAIN;
};

/** Nothing that runs is ever given up: a failure is shown and tried again, later and later, up to a minute apart. */
const attempt = async (context: PassContext, instance: InstanceRecord, work: () => Promise<void>): Promise<Outcome> => {
  try {
    await work();
    return AGAIN;
  } catch (error) {
    context.log.warn("A machine could not be ended.", { instanceId: instance.id, phase: instance.phase, error });
    const now = context.now();
    const waitedMs = now.getTime() - instance.phaseSince.getTime();
    const delayMs = jittered(context, Math.min(context.policy.maxBackoffMs, Math.max(2 * MIN_RETRY_MS, waitedMs / 2)));
    const until = new Date(now.getTime() + delayMs);
    const saved = await save(context, instance, {
      patch: { lastError: fromThrown(error), nextCheckAt: until },
      events: [],
    });
    return saved ? rest(until) : AGAIN;
  }
};
