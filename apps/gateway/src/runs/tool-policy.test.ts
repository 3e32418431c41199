import { describe, expect, it } from "vitest";

import { testConfig } from "../testing/test-gateway.ts";
import { allowedTools } from "./tool-policy.ts";

const tools = ["read", "write", "edit", "ls", "exec"].map((name) => ({ name }));
const defaults = testConfig("/tmp/koi").tools;
const names = (change: Partial<typeof defaults>) =>
  allowedTools(tools, { ...defaults, ...change }).map(({ name }) => name);
const exec = (change: Partial<(typeof defaults)["exec"]>) => names({ exec: { ...defaults.exec, ...change } });

describe("tool policy", () => {
  it.each([
    [{}, "read write edit ls exec"],
    [{ profile: "coding" as const }, "read write edit ls exec"],
    [{ profile: "minimal" as const }, ""],
    [{ profile: "minimal" as const, allow: ["group:fs"], deny: ["write", "edit"] }, "read ls"],
    [{ allow: ["exec"], deny: ["exec"] }, "read write edit ls"],
    [{ deny: ["*"] }, ""],
    [{ deny: ["group:runtime"] }, "read write edit ls"],
  ])("%j offers: %s", (change, expected) => {
    expect(names(change).join(" ")).toBe(expected);
  });

  it.each([
    { security: "deny" as const },
    { security: "allowlist" as const },
    { ask: "always" as const },
    { runAs: "koi" },
  ])("%j is never silently run without the check it asks for", (change) => {
    expect(exec(change)).not.toContain("exec");
  });
});
