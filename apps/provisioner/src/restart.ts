/** Runs a known machine again: claim the restart, let the driver start it, record where it is now. */

import { AGAIN, callDriver, jittered, retryOf, save, type Look, type Outcome, type PassContext } from "./look.ts";
import { backoffMs } from "./policy.ts";
import { fromThrown } from "./reasons.ts";
import type { Step } from "./step.ts";
import { claimRestart, transition } from "./transition.ts";

export const restart = async (
  context: PassContext,
  look: Look,
  step: Extract<Step, { kind: "restart" }>,
): Promise<Outcome> => {
  const { driver } = context;
  const claimed = await save(context, look.instance, claimRestart(step, look, context));
  if (!claimed) return AGAIN;
  try {
    if (step.stopFirst) await callDriver(driver.stop(look.ref), "Stopping the gateway");
    const machine = await callDriver(driver.start(look.ref), "Starting the gateway");
    await save(
      context,
      claimed,
      transition({ kind: "mark-address", machine }, { ...look, instance: claimed }, context),
    );
  } catch (error) {
    context.log.warn("A restart failed.", { ...look.ref, attempt: step.attempt, error });
    await recordFailure(context, look, step.attempt, error);
  }
  return AGAIN;
};

/** Counts as an attempt even where the restart itself did not, so that a driver that always refuses has an end. */
const recordFailure = async (context: PassContext, look: Look, attempt: number, thrown: unknown): Promise<void> => {
  const latest = await context.fleet.load(look.instance.id);
  if (latest?.instance.phase !== "starting" || latest.instance.attempt !== attempt) return;
  const { instance } = latest;
  const reason = fromThrown(thrown);
  const { patch, events } = transition(
    retryOf(thrown) === "never"
      ? { kind: "fail", reason }
      : {
          kind: "mark-degraded",
          reason,
          answered: false,
          lookAgainMs: jittered(context, backoffMs(attempt, context.policy)),
        },
    { ...look, instance },
    context,
  );
  await save(context, instance, { patch: { ...patch, attempt: Math.max(attempt, look.instance.attempt + 1) }, events });
};
