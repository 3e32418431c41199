/** Progress that an instance reports about itself: checked, because the machine is the tenant's. */

import { fault } from "@skykoi/fault";

import type { NewTimelineEvent, Phase } from "../port.ts";

/** Steps that only the platform may claim: nothing is `ready` because the instance says so. */
const PHASES: Readonly<Record<Phase, true>> = {
  requested: true,
  launching: true,
  booting: true,
  enrolling: true,
  verifying: true,
  ready: true,
  degraded: true,
  stopping: true,
  stopped: true,
  starting: true,
  terminating: true,
  terminated: true,
  failed: true,
};

const STEP_FORM = /^[a-z][a-z0-9-]{0,39}$/;
const STATES: readonly string[] = ["started", "done", "failed", "info"];
const MAX_TITLE_CHARACTERS = 200;
const MAX_DETAIL_CHARACTERS = 4_000;
const MAX_DURATION_MS = 24 * 60 * 60 * 1_000;

/** Throws INVALID_REQUEST with the path of what is wrong. */
export const requireProgress = (event: NewTimelineEvent): void => {
  const { step, state, title, detail, durationMs } = event;
  if (!STEP_FORM.test(step) || Object.hasOwn(PHASES, step)) throw invalid("step", "is not a step of an instance");
  if (!STATES.includes(state)) throw invalid("state", `must be one of ${STATES.join(", ")}`);
  if (title === "" || title.length > MAX_TITLE_CHARACTERS) {
    throw invalid("title", `must have 1 to ${MAX_TITLE_CHARACTERS} characters`);
  }
  if (detail != null && detail.length > MAX_DETAIL_CHARACTERS) {
    throw invalid("detail", `must have at most ${MAX_DETAIL_CHARACTERS} characters`);
  }
  if (durationMs != null && !(durationMs >= 0 && durationMs <= MAX_DURATION_MS)) {
    throw invalid("durationMs", "must be a number of milliseconds within a day");
  }
};

const invalid = (path: string, message: string) =>
  fault("INVALID_REQUEST", { message: `The event's ${path} ${message}.`, details: [{ path, message }] });
