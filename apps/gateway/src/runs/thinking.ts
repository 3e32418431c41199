/** The thinking levels that clients write, as the levels that models know. */

import type { RunOverrides } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

type ThinkingLevel = NonNullable<RunOverrides["thinking"]>;

const LEVELS: Readonly<Record<string, ThinkingLevel | "default">> = {
  off: "off",
  minimal: "low",
  low: "low",
  medium: "medium",
  on: "medium",
  high: "high",
  xhigh: "high",
  max: "high",
  adaptive: "default",
  default: "default",
};

/** All words that `parseThinking` takes. */
export const THINKING_WORDS: readonly string[] = Object.keys(LEVELS);

/** undefined: as the session does. Throws INVALID_REQUEST. */
export const parseThinking = (written: string | undefined): ThinkingLevel | undefined => {
  if (written === undefined) return undefined;
  const level = Object.hasOwn(LEVELS, written) ? LEVELS[written] : undefined;
  if (level === undefined) {
    throw fault("INVALID_REQUEST", {
      message: `thinking must be one of ${THINKING_WORDS.join(", ")}, not "${written}".`,
    });
  }
  return level === "default" ? undefined : level;
};
