/** Whether the model answered the last time it was asked; nobody is paid to find out. */

import type { RunEndSeen } from "../metrics/counting-hub.ts";
import type { HealthMonitor } from "./health-monitor.ts";

/** Failures that the next message would very likely meet as well. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "MODEL_NOT_FOUND",
  "MODEL_AUTH_FAILED",
  "MODEL_THROTTLED",
  "MODEL_OVERLOADED",
  "MODEL_STREAM_BROKEN",
]);

export const createModelHealth =
  (monitor: HealthMonitor) =>
  ({ errorKind, errorMessage }: RunEndSeen): void => {
    if (errorKind === undefined) monitor.report("model", undefined);
    else if (UNREACHABLE.has(errorKind)) monitor.report("model", `The last call of the model failed: ${errorMessage}`);
  };
