/** The whole of skykoi.json: every key, its type, its default and when an edit of it takes effect. */

import type { Static } from "typebox";

import { agents } from "./agents.ts";
import { cron, mcp, memory, skills, tools } from "./capabilities.ts";
import { channels, messages, session } from "./conversation.ts";
import { gateway, logging } from "./gateway.ts";
import { section } from "./key.ts";
import { limits, models } from "./models.ts";

export const SkykoiConfig = section({
  gateway,
  agents,
  models,
  session,
  messages,
  tools,
  memory,
  skills,
  mcp,
  cron,
  limits,
  channels,
  logging,
});

/** A validated configuration with every default applied. */
export type SkykoiConfig = Static<typeof SkykoiConfig>;
