/** `agents`: who lives on this gateway and how a turn works. */

import { Type } from "typebox";

import { toolChoice } from "./capabilities.ts";
import { fromHost, hot, oneOf, optionalText, restart, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

const THINKING = ["off", "low", "medium", "high"] as const;

const defaults = section({
  workspace: Type.String({
    ...fromHost("restart", "~/koi", "The agent's own directory: absolute, or below the home directory with `~/`."),
    minLength: 1,
  }),
  model: section({
    primary: matching(
      PATTERNS.modelRef,
      fromHost(
        "hot",
        "Claude Opus 4.6 on Bedrock where AWS credentials are in sight, else the offline demo",
        "The model that answers: `amazon-bedrock/…`, a provider of `models.providers`, or `offline/demo`.",
      ),
    ),
    fallbacks: Type.Array(
      matching(PATTERNS.modelRef),
      hot([], "Models that are tried in this order when the primary one does not answer."),
    ),
  }),
  userTimezone: Type.String({
    ...fromHost("hot", "the host's", "The person's time zone, by its IANA name."),
    minLength: 1,
  }),
  thinking: oneOf(THINKING, hot("off", "How much a model that can reason does so before it answers.")),
  timeoutSeconds: Type.Integer({ ...hot(600, "How long one run may take."), minimum: 1, maximum: 86_400 }),
  maxConcurrent: Type.Integer({ ...restart(4, "Runs at the same time over all sessions."), minimum: 1, maximum: 64 }),
  heartbeat: section({
    every: matching(PATTERNS.duration, hot("30m", "How often the agent looks after its tasks; `0m` turns it off.")),
    activeHours: section({
      start: matching(PATTERNS.clockTime, hot("08:00", "From when a heartbeat may come, in the person's time zone.")),
      end: matching(PATTERNS.clockTime, hot("22:00", "Until when a heartbeat may come, in the person's time zone.")),
    }),
  }),
  subagents: section({
    maxConcurrent: Type.Integer({ ...hot(8, "Sub-agents at the same time."), minimum: 0, maximum: 64 }),
    maxDepth: Type.Integer({ ...hot(2, "How deep sub-agents may start sub-agents."), minimum: 0, maximum: 8 }),
  }),
});

/** What an agent leaves out it has from `agents.defaults` and `tools`. */
const agent = section({
  id: matching(PATTERNS.agentId, { description: "The agent's name in session keys." }),
  name: Type.String({ minLength: 1, maxLength: 128, description: "The agent's name for people." }),
  workspace: optionalText("Its directory instead of the default one."),
  model: Type.Optional(
    section(
      {
        primary: Type.Optional(matching(PATTERNS.modelRef, { description: "Its model." })),
        fallbacks: Type.Optional(
          Type.Array(matching(PATTERNS.modelRef), {
            description: "Models tried when the primary one does not answer.",
          }),
        ),
      },
      { description: "Its models instead of the default ones." },
    ),
  ),
  thinking: Type.Optional(oneOf(THINKING, { description: "How much its model reasons." })),
  tools: Type.Optional(section(toolChoice, { description: "Its tools, within those that `tools` allows." })),
});

export const agents = section({
  defaults,
  list: Type.Array(agent, {
    ...restart([{ id: "main", name: "Koi" }], "The agents of this gateway; the first is the default one."),
    minItems: 1,
    maxItems: 64,
  }),
});
