import { describe, expect, it } from "vitest";

import type { Action, Actor, Role } from "../port.ts";
import { authorize } from "./authorize.ts";
import { can, GATEWAY_SCOPES, type Permission } from "./matrix.ts";

/** Written out a second time on purpose: a change of the matrix must be wanted twice. */
const EXPECTED: readonly (readonly [Action, Role, Permission])[] = [
  ["agent.see", "OWNER", "yes"],
  ["agent.see", "ADMIN", "yes"],
  ["agent.see", "MEMBER", "yes"],
  ["agent.see", "VIEWER", "yes"],
  ["agent.chat", "OWNER", "yes"],
  ["agent.chat", "ADMIN", "yes"],
  ["agent.chat", "MEMBER", "yes"],
  ["agent.chat", "VIEWER", "no"],
  ["agent.create", "OWNER", "yes"],
  ["agent.create", "ADMIN", "yes"],
  ["agent.create", "MEMBER", "own"],
  ["agent.create", "VIEWER", "no"],
  ["agent.configure", "OWNER", "yes"],
  ["agent.configure", "ADMIN", "yes"],
  ["agent.configure", "MEMBER", "own"],
  ["agent.configure", "VIEWER", "no"],
  ["agent.delete", "OWNER", "yes"],
  ["agent.delete", "ADMIN", "yes"],
  ["agent.delete", "MEMBER", "own"],
  ["agent.delete", "VIEWER", "no"],
];

const actor = (role: Role): Actor => ({ userId: "me", orgId: "org_1", role, email: "me@example.test", name: "Me" });
const mine = { orgId: "org_1", createdBy: "me" };
const colleagues = { orgId: "org_1", createdBy: "somebody" };
const foreign = { orgId: "org_2", createdBy: "me" };

describe.each(EXPECTED)("%s as %s", (action, role, permission) => {
  it(`is "${permission}" for what the actor created`, () => {
    expect(can(actor(role), action, mine)).toBe(permission !== "no");
  });

  it(`is "${permission}" for what a colleague created`, () => {
    expect(can(actor(role), action, colleagues)).toBe(permission === "yes");
  });

  it("is never allowed in another organization, and not even admitted to exist", () => {
    expect(can(actor(role), action, foreign)).toBe(false);
    expect(() => authorize(actor(role), action, foreign)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  it("refuses what is visible with FORBIDDEN, never with NOT_FOUND", () => {
    const attempt = () => authorize(actor(role), action, colleagues);
    if (permission === "yes") expect(attempt()).toBe(colleagues);
    else expect(attempt).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
  });
});

describe("gateway scopes", () => {
  it("never let a viewer write, nor a member administer", () => {
    expect(GATEWAY_SCOPES.VIEWER).toEqual(["operator.read"]);
    expect(GATEWAY_SCOPES.MEMBER).toEqual(["operator.read", "operator.write"]);
    expect(GATEWAY_SCOPES.ADMIN).toContain("operator.admin");
    expect(GATEWAY_SCOPES.OWNER).toContain("operator.admin");
  });
});
