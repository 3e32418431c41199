/** Settings that are part of the schema and that nothing acts on in this version: who writes one is told so. */

import type { ConfigProblem } from "./problem.ts";

/** Each is removed from this list by the change that makes it work. */
export const WITHOUT_EFFECT: readonly string[] = [
  "gateway.http",
  "agents.defaults.model.fallbacks",
  "agents.defaults.thinking",
  "agents.defaults.heartbeat",
  "agents.defaults.subagents",
  "session",
  "messages",
  "tools.web",
  "tools.browser",
  "tools.tts",
  "memory",
  "skills",
  "mcp",
  "cron",
  "limits",
  "channels",
];

/** One warning for each such setting that is written in the configuration. */
export const settingsWithoutEffect = (written: unknown): ConfigProblem[] =>
  WITHOUT_EFFECT.filter((path) => isWritten(written, path.split("."))).map((path) => ({
    path,
    message: "has no effect in this version",
  }));

const isWritten = (value: unknown, [key, ...rest]: readonly string[]): boolean => {
  if (key === undefined) return value !== undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
  return isWritten(Object.entries(value).find(([name]) => name === key)?.[1], rest);
};
