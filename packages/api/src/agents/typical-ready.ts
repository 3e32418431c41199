/** The typical time to ready, remembered for a while: it is shown often and changes slowly. */

import type { Control } from "@skykoi/control";

const FRESH_MS = 10_000;

export const createTypicalReady = (
  agents: Pick<Control["agents"], "typicalReadyMs">,
  now: () => Date,
): (() => Promise<number | null>) => {
  let known: { value: Promise<number | null>; atMs: number } | undefined;
  return () => {
    if (!known || now().getTime() - known.atMs > FRESH_MS) {
      const value = agents.typicalReadyMs();
      known = { value, atMs: now().getTime() };
      value.catch(() => {
        known = undefined;
      });
    }
    return known.value;
  };
};
