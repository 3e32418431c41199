import { describe, expect, it } from "vitest";

import { allowedTools, type ToolPolicy } from "./tool-policy.ts";

const tools = ["read", "write", "edit", "ls", "exec", "process", "web_fetch", "message", "mcp_files_get"].map(
  (name) => ({ name }),
);
const policy: ToolPolicy = { profile: "full", allow: [], deny: [], exec: { security: "full" } };
const names = (change: Partial<ToolPolicy>) =>
  allowedTools(tools, { ...policy, ...change })
    .map(({ name }) => name)
    .join(" ");

describe("tool policy", () => {
  it.each<[Partial<ToolPolicy>, string]>([
    [{}, "read write edit ls exec process web_fetch message mcp_files_get"],
    [{ profile: "coding" }, "read write edit ls exec process web_fetch"],
    [{ profile: "messaging" }, "message"],
    [{ profile: "minimal" }, ""],
    [{ profile: "minimal", allow: ["group:fs"], deny: ["write", "edit"] }, "read ls"],
    [{ profile: "minimal", allow: ["mcp_*"] }, "mcp_files_get"],
    [{ profile: "coding", allow: ["exec"], deny: ["exec"] }, "read write edit ls web_fetch"],
    [{ deny: ["*"] }, ""],
    [{ deny: ["group:runtime", "group:web", "mcp*"] }, "read write edit ls message"],
    [{ profile: "coding", exec: { security: "deny" } }, "read write edit ls web_fetch"],
    [
      { profile: "coding", allow: ["exec", "*"], exec: { security: "deny" } },
      "read write edit ls web_fetch message mcp_files_get",
    ],
  ])("%j offers: %s", (change, expected) => {
    expect(names(change)).toBe(expected);
  });
});
