import { compileValidator } from "@skykoi/schema";
import { describe, expect, it } from "vitest";

import { EVENTS } from "./events.ts";
import { METHODS, isMethodName } from "./registry.ts";
import { SCOPES, hasScope, type Scope } from "./scopes.ts";

describe.each(Object.entries(METHODS))("the method %s", (_name, spec) => {
  it("has a summary and an example that its own schemas accept", () => {
    expect(spec.summary).toMatch(/^[A-Z].*\.$/);
    expect(compileValidator(spec.params)(spec.example.params)).toMatchObject({ ok: true });
    expect(compileValidator(spec.result)(spec.example.result)).toMatchObject({ ok: true });
    if (spec.interim) expect(compileValidator(spec.interim)(spec.example.interim)).toMatchObject({ ok: true });
  });

  it("takes a closed object: an unknown field is refused", () => {
    const check = compileValidator(spec.params)({ ...spec.example.params, unexpected: true });
    expect(check).toMatchObject({ ok: false, problems: [{ path: "unexpected" }] });
  });
});

describe("the registry", () => {
  it("does not take an inherited property for a method", () => {
    expect(isMethodName("health")).toBe(true);
    expect(isMethodName("constructor")).toBe(false);
  });

  it("hides every event with session content from a client without read scope", () => {
    for (const name of ["chat", "agent", "session.message", "presence", "health"] as const) {
      expect(EVENTS[name].scope).toBe("operator.read");
    }
  });
});

describe("scopes", () => {
  const implied: Record<Scope, Scope[]> = {
    "operator.read": ["operator.read"],
    "operator.write": ["operator.read", "operator.write"],
    "operator.admin": [...SCOPES],
    "operator.approvals": ["operator.read", "operator.approvals"],
    "operator.pairing": ["operator.pairing"],
  };

  it.each(SCOPES)("%s brings exactly what the table says", (granted) => {
    expect(SCOPES.filter((needed) => hasScope([granted], needed))).toEqual(
      SCOPES.filter((scope) => implied[granted].includes(scope)),
    );
  });

  it("are not granted by nothing", () => {
    expect(SCOPES.some((needed) => hasScope([], needed))).toBe(false);
  });
});
