/** `agents`: who lives on this gateway and how a turn works. */

import { Type } from "typebox";

import { hot, oneOf, restart, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

const defaults = section({
  /** Absolute, or below the home directory with `~/`. Default: `~/koi`. */
  workspace: Type.String({ reload: "restart", minLength: 1 }),
  model: section({
    /** Default: Claude Opus 4.6 on Bedrock where AWS credentials are in sight, else the offline demo. */
    primary: matching(PATTERNS.modelRef, { reload: "hot" }),
    fallbacks: Type.Array(matching(PATTERNS.modelRef), hot([])),
  }),
  /** IANA name. Default: the host's. */
  userTimezone: Type.String({ reload: "hot", minLength: 1 }),
  thinking: oneOf(["off", "low", "medium", "high"], hot("off")),
  /** How long one run may take. */
  timeoutSeconds: Type.Integer({ ...hot(600), minimum: 1, maximum: 86_400 }),
  /** Runs at the same time over all sessions. */
  maxConcurrent: Type.Integer({ ...restart(4), minimum: 1, maximum: 64 }),
  heartbeat: section({
    /** `0m` turns it off. */
    every: matching(PATTERNS.duration, hot("30m")),
    activeHours: section({
      start: matching(PATTERNS.clockTime, hot("08:00")),
      end: matching(PATTERNS.clockTime, hot("22:00")),
    }),
  }),
  subagents: section({
    maxConcurrent: Type.Integer({ ...hot(8), minimum: 0, maximum: 64 }),
    maxDepth: Type.Integer({ ...hot(2), minimum: 0, maximum: 8 }),
  }),
});

const agent = section({
  id: matching(PATTERNS.agentId),
  name: Type.String({ minLength: 1, maxLength: 128 }),
});

export const agents = section({
  defaults,
  list: Type.Array(agent, { ...restart([{ id: "main", name: "Koi" }]), minItems: 1, maxItems: 64 }),
});
