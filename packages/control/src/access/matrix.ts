/** Who may do what: the one table behind the API, the pages and the gateway tickets. */

import type { Action, Actor, Role } from "../port.ts";

/** `own`: only what the actor created. */
export type Permission = "yes" | "own" | "no";

const MATRIX: Readonly<Record<Action, Readonly<Record<Role, Permission>>>> = {
  "agent.see": { OWNER: "yes", ADMIN: "yes", MEMBER: "yes", VIEWER: "yes" },
  "agent.chat": { OWNER: "yes", ADMIN: "yes", MEMBER: "yes", VIEWER: "no" },
  "agent.create": { OWNER: "yes", ADMIN: "yes", MEMBER: "own", VIEWER: "no" },
  "agent.configure": { OWNER: "yes", ADMIN: "yes", MEMBER: "own", VIEWER: "no" },
  "agent.delete": { OWNER: "yes", ADMIN: "yes", MEMBER: "own", VIEWER: "no" },
};

/** Scopes of the gateway that a role is granted; `operator.admin` brings the others with it. */
export const GATEWAY_SCOPES: Readonly<Record<Role, readonly string[]>> = {
  OWNER: ["operator.read", "operator.write", "operator.admin"],
  ADMIN: ["operator.read", "operator.write", "operator.admin"],
  MEMBER: ["operator.read", "operator.write"],
  VIEWER: ["operator.read"],
};

/** What an action is aimed at. What is about to be created belongs to its creator. */
export interface Resource {
  readonly orgId: string;
  readonly createdBy: string;
}

export const can = (actor: Pick<Actor, "orgId" | "userId" | "role">, action: Action, resource: Resource): boolean => {
  if (resource.orgId !== actor.orgId) return false;
  const permission = MATRIX[action][actor.role];
  return permission === "yes" || (permission === "own" && resource.createdBy === actor.userId);
};
