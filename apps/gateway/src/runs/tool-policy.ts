/** Which of the agent's tools the configuration lets it use. Denying wins; what cannot be enforced is not offered. */

import type { Tool } from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";

type ToolsConfig = SkykoiConfig["tools"];

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "group:fs": ["read", "write", "edit", "ls"],
  "group:runtime": ["exec"],
};

const PROFILES: Readonly<Record<ToolsConfig["profile"], readonly string[]>> = {
  full: ["*"],
  coding: ["group:fs", "group:runtime"],
  messaging: [],
  minimal: [],
};

/** `allow` adds to the profile, `deny` takes away; both name tools, groups or `*`. */
export const allowedTools = <T extends Pick<Tool, "name">>(tools: readonly T[], config: ToolsConfig): T[] => {
  const allowed = [...PROFILES[config.profile], ...config.allow];
  return tools.filter(
    ({ name }) =>
      matches(allowed, name) && !matches(config.deny, name) && (name !== "exec" || execProblem(config) === undefined),
  );
};

/** Why `exec` is not offered although the profile has it: each of these asks for a check nobody makes here. */
export const execProblem = ({ exec }: ToolsConfig): string | undefined => {
  if (exec.security === "deny") return "tools.exec.security denies it";
  if (exec.security === "allowlist") return "tools.exec.security is allowlist and the list is empty";
  if (exec.ask !== "off") return `tools.exec.ask is ${exec.ask} and nobody can be asked`;
  if (exec.runAs !== "") return "tools.exec.runAs names another user";
  return undefined;
};

const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => pattern === "*" || pattern === name || GROUPS[pattern]?.includes(name) === true);
