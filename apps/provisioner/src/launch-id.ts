/** Names one launch of an instance, so that a driver can tell a repetition from a new one. */

import type { InstanceRecord } from "@skykoi/control";

/** Attempts begin anew with each generation. */
export const launchIdOf = ({
  observedGeneration,
  attempt,
}: Pick<InstanceRecord, "observedGeneration" | "attempt">): string => `${observedGeneration}.${attempt}`;
