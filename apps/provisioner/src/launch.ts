/** Launches an attempt: claim it by compare-and-swap, let the driver launch, record what came of it. */

import type { InstanceRecord } from "@skykoi/control";

import type { Machine } from "./drivers/driver.ts";
import { AGAIN, callDriver, jittered, retryOf, save, type Look, type Outcome, type PassContext } from "./look.ts";
import { launchIdOf } from "./launch-id.ts";
import { afterFailedLaunch } from "./plan/before-ready.ts";
import { fromThrown } from "./reasons.ts";
import { claimLaunch, transition } from "./transition.ts";

/** The claim is what makes two workers launch once: only one of them can write it. */
export const launch = async (context: PassContext, look: Look, attempt: number): Promise<Outcome> => {
  const claimed = await save(context, look.instance, claimLaunch(attempt, look, context));
  if (!claimed) return AGAIN;
  try {
    const machine = await callDriver(launchMachine(context, claimed), "Starting the instance");
    await save(
      context,
      claimed,
      transition({ kind: "mark-booting", machine }, { ...look, instance: claimed }, context),
    );
  } catch (error) {
    context.log.warn("A launch failed.", { instanceId: claimed.id, attempt, error });
    await recordFailure(context, look, attempt, error);
  }
  return AGAIN;
};

const launchMachine = async ({ driver, enrolment }: PassContext, instance: InstanceRecord): Promise<Machine> => {
  const placement = await driver.place(instance.id);
  const enrolmentToken = await enrolment.issue(instance.id, placement);
  return driver.launch({ instanceId: instance.id, launchId: launchIdOf(instance), enrolmentToken, placement });
};

/** The reply may be lost although the machine runs: then nothing is recorded, and the next pass finds it. */
const recordFailure = async (context: PassContext, look: Look, attempt: number, thrown: unknown): Promise<void> => {
  const seen = await callDriver(context.driver.observe(look.ref), "Looking at the instance").catch((error: unknown) => {
    context.log.warn("After a failed launch the instance could not be observed.", { ...look.ref, error });
    return undefined;
  });
  if (!seen || seen.kind === "running") return;
  const latest = await context.fleet.load(look.instance.id);
  if (latest?.instance.phase !== "launching" || latest.instance.attempt !== attempt) return;
  const { instance } = latest;
  const step = afterFailedLaunch({ instance, policy: context.policy }, fromThrown(thrown), retryOf(thrown));
  const spread = step.kind === "retry-launch" ? { ...step, delayMs: jittered(context, step.delayMs) } : step;
  await save(context, instance, transition(spread, { ...look, instance }, context));
};
