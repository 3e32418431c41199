import type { Scope } from "@skykoi/protocol";
import { describe, expect, it } from "vitest";

import { createFailureLimit } from "../auth/failure-limit.ts";
import { createHttpAuth } from "./http-auth.ts";

const READER: readonly Scope[] = ["operator.read"];

const gateway = () =>
  createHttpAuth({
    isGatewayToken: (token) => token === "gateway",
    isHooksToken: (token) => token === "hooks",
    checkTicket: (token) =>
      token === "tkt_reader"
        ? { ok: true, ticket: { user: { id: "u" }, role: "VIEWER", scopes: READER } }
        : { ok: false, problem: "The ticket is not valid." },
    devices: {
      verify: (deviceId, role, token) => (`${deviceId}/${role}/${token}` === "d/operator/dev" ? READER : undefined),
    },
    failures: createFailureLimit({ maxFailures: 3, windowMs: 60_000, now: () => 0 }),
  });

const ask = (needed: "hooks" | Scope, token: string | undefined, deviceId?: string) => () =>
  gateway()({ needed, token, deviceId, peer: "p" });

describe("who calls an HTTP address", () => {
  it.each([
    ["the gateway token may do everything", "operator.admin", "gateway", undefined],
    ["a ticket what its role allows", "operator.read", "tkt_reader", undefined],
    ["a device token what it was granted", "operator.read", "dev", "d"],
    ["the token of hooks only hooks", "hooks", "hooks", undefined],
  ] as const)("%s", (_, needed, token, deviceId) => {
    expect(ask(needed, token, deviceId)).not.toThrow();
  });

  it.each([
    ["a reader does not write", "operator.write", "tkt_reader", undefined, "FORBIDDEN"],
    ["nor does a device beyond its scopes", "operator.write", "dev", "d", "FORBIDDEN"],
    ["a device token is nothing without its device", "operator.read", "dev", undefined, "UNAUTHENTICATED"],
    ["nor with another one", "operator.read", "dev", "other", "UNAUTHENTICATED"],
    ["the gateway token opens no hooks", "hooks", "gateway", undefined, "UNAUTHENTICATED"],
    ["nor does a ticket", "hooks", "tkt_reader", undefined, "UNAUTHENTICATED"],
    ["hooks' token opens nothing else", "operator.read", "hooks", undefined, "UNAUTHENTICATED"],
    ["a wrong ticket nothing", "operator.read", "tkt_x", undefined, "UNAUTHENTICATED"],
    ["and nothing is nothing", "operator.read", undefined, undefined, "UNAUTHENTICATED"],
  ] as const)("%s", (_, needed, token, deviceId, code) => {
    expect(ask(needed, token, deviceId)).toThrow(expect.objectContaining({ code }));
  });

  it("is slowed down after wrong tokens of any kind", () => {
    const authenticate = gateway();
    for (const token of ["x", "tkt_x", "y"]) {
      const wrong = { needed: "operator.read", token, deviceId: "d", peer: "p" } as const;
      expect(() => authenticate(wrong)).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED" }));
    }
    const right = { needed: "operator.read", token: "gateway", deviceId: undefined } as const;
    expect(() => authenticate({ ...right, peer: "p" })).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    expect(() => authenticate({ ...right, peer: "q" })).not.toThrow();
  });
});
