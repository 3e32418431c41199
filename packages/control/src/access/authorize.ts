/** Turns the matrix into refusals that never tell whether something of another organization exists. */

import { fault } from "@skykoi/fault";

import type { Action, Actor } from "../port.ts";
import { can, type Resource } from "./matrix.ts";

/**
 * The resource itself when the actor may do this to it. Throws NOT_FOUND when there is none or the actor may not even
 * see it, FORBIDDEN when it is visible but the role does not allow the action.
 */
export const authorize = <R extends Resource>(actor: Actor, action: Action, resource: R | undefined): R => {
  if (!resource || !can(actor, "agent.see", resource)) {
    throw fault("NOT_FOUND", { message: "There is no agent with this id." });
  }
  if (!can(actor, action, resource)) throw fault("FORBIDDEN", { message: REFUSALS[action] });
  return resource;
};

const REFUSALS: Readonly<Record<Action, string>> = {
  "agent.see": "Your role does not allow seeing agents.",
  "agent.chat": "Your role allows reading this agent, not talking to it.",
  "agent.create": "Your role does not allow creating agents.",
  "agent.configure": "Your role allows changing only agents that you created.",
  "agent.delete": "Your role allows deleting only agents that you created.",
};
