/** Which of the agent's tools the configuration lets it use. Denying wins; what cannot be enforced is not offered. */

export interface ToolPolicy {
  readonly profile: "full" | "coding" | "messaging" | "minimal";
  /** Adds to the profile; tools, groups or `*`. */
  readonly allow: readonly string[];
  /** Takes away, whatever allows it. */
  readonly deny: readonly string[];
  readonly exec: { readonly security: "deny" | "allowlist" | "full" };
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "group:fs": ["read", "write", "edit", "ls", "grep", "find"],
  "group:runtime": ["exec", "process"],
  "group:web": ["web_search", "web_fetch"],
  "group:memory": ["memory_search", "memory_get"],
  "group:sessions": ["sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "session_status"],
  "group:automation": ["cron"],
  "group:messaging": ["message"],
  "group:ui": ["browser", "image", "tts"],
};

const PROFILES: Readonly<Record<ToolPolicy["profile"], readonly string[]>> = {
  full: ["*"],
  coding: ["group:fs", "group:runtime", "group:web", "group:memory", "group:sessions", "image", "skills"],
  messaging: [
    "group:messaging",
    "group:memory",
    "sessions_list",
    "sessions_history",
    "sessions_send",
    "session_status",
  ],
  minimal: ["session_status"],
};

/** The group a tool belongs to, without `group:`, and the profiles that hold it. */
export const placeOfTool = (name: string): { readonly group: string; readonly profiles: ToolPolicy["profile"][] } => ({
  group: GROUP_NAMES.find((group) => GROUPS[group]?.includes(name))?.slice("group:".length) ?? "other",
  profiles: TOOL_PROFILES.filter((profile) => matches(PROFILES[profile], name)),
});

const GROUP_NAMES = Object.keys(GROUPS);

export const TOOL_PROFILES = ["minimal", "coding", "messaging", "full"] as const;

/** Tools that only serve another one. */
const NEEDS: Readonly<Record<string, string>> = { process: "exec" };

export const allowedTools = <T extends { readonly name: string }>(tools: readonly T[], policy: ToolPolicy): T[] =>
  tools.filter(({ name }) => isAllowed(name, policy) && isAllowed(NEEDS[name] ?? name, policy));

/** Of tools that are allowed anyway, those that names, groups and patterns stand for: exactly them. */
export const namedTools = <T extends { readonly name: string }>(tools: readonly T[], names: readonly string[]): T[] =>
  tools.filter(({ name }) => matches(names, name) && matches(names, NEEDS[name] ?? name));

const isAllowed = (name: string, { profile, allow, deny, exec }: ToolPolicy): boolean =>
  matches([...PROFILES[profile], ...allow], name) &&
  !matches(deny, name) &&
  !(name === "exec" && exec.security === "deny");

const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === name ||
      GROUPS[pattern]?.includes(name) === true ||
      (pattern.includes("*") && globToRegExp(pattern).test(name)),
  );

/** `*` stands for any characters: `mcp_files_*`. */
const globToRegExp = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => RegExp.escape(part))
      .join(".*")}$`,
    "s",
  );
