/** `tools`, `memory`, `skills`, `mcp`, `cron`: what the agent can do besides talking. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, restart, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

export const tools = section({
  profile: oneOf(["full", "coding", "messaging", "minimal"], hot("full")),
  allow: names(hot([])),
  deny: names(hot([])),
  exec: section({
    security: oneOf(["full", "allowlist", "deny"], hot("full")),
    ask: oneOf(["off", "on-miss", "always"], hot("off")),
    timeoutSeconds: Type.Integer({ ...hot(1800), minimum: 1, maximum: 86_400 }),
    /** After this time a command goes on in the background. */
    backgroundMs: Type.Integer({ ...hot(10_000), minimum: 0, maximum: 3_600_000 }),
    /** Unix user of the commands; empty: the gateway's own. */
    runAs: Type.String(restart("")),
  }),
  web: section({
    search: section({
      provider: oneOf(["brave", "searxng", "duckduckgo"], hot("brave")),
      apiKey: Type.String({ ...hot(""), ...SECRET }),
    }),
    fetch: section({ maxChars: Type.Integer({ ...hot(50_000), minimum: 100, maximum: 1_000_000 }) }),
  }),
  browser: section({
    enabled: Type.Boolean(hot(true)),
    /** Empty: the system's Chromium. */
    executablePath: Type.String(restart("")),
    headless: Type.Boolean(hot(true)),
  }),
  tts: section({ provider: oneOf(["polly", "espeak", "elevenlabs"], hot("polly")) }),
});

export const memory = section({
  search: section({
    enabled: Type.Boolean(hot(true)),
    /** Embedding model reference; empty: full-text search only. */
    embedding: Type.String(hot("")),
  }),
});

export const skills = section({ dirs: names(hot([])) });

export const mcp = section({
  /** Each has either `command` (a process) or `url` (HTTP). */
  servers: Type.Record(
    Type.String({ minLength: 1 }),
    section({
      command: Type.Optional(Type.String({ minLength: 1 })),
      args: Type.Optional(Type.Array(Type.String())),
      env: Type.Optional(Type.Record(Type.String(), Type.String(SECRET))),
      url: Type.Optional(matching(PATTERNS.httpUrl)),
      headers: Type.Optional(Type.Record(Type.String(), Type.String(SECRET))),
    }),
    restart({}),
  ),
});

export const cron = section({
  enabled: Type.Boolean(restart(true)),
  maxConcurrentRuns: Type.Integer({ ...hot(1), minimum: 1, maximum: 16 }),
});
