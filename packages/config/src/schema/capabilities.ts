/** `tools`, `memory`, `skills`, `mcp`, `cron`: what the agent can do besides talking. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, optionalText, restart, section } from "./key.ts";
import { PATTERNS, matching } from "./pattern.ts";

const PROFILES = ["full", "coding", "messaging", "minimal"] as const;

/** The same choice for one agent, where everything may be left out. */
export const toolChoice = {
  profile: Type.Optional(oneOf(PROFILES, { description: "The set of tools to begin with." })),
  allow: Type.Optional(names({ description: "Tools and groups added to it." })),
  deny: Type.Optional(names({ description: "None of these." })),
};

export const tools = section({
  profile: oneOf(PROFILES, hot("full", "The set of tools to begin with.")),
  allow: names(hot([], "Tools and groups added to the profile.")),
  deny: names(hot([], "Tools that are never offered; wins over everything else.")),
  exec: section({
    security: oneOf(
      ["full", "allowlist", "deny"],
      hot("full", "Which commands may run: all, those on the allowlist, none."),
    ),
    ask: oneOf(["off", "on-miss", "always"], hot("off", "Whether a person is asked before a command runs.")),
    allow: names(hot([], "Commands of the allowlist: words with `*`, a final `**` for any arguments.")),
    deny: names(hot([], "Beginnings of commands that never run; wins over everything else.")),
    timeoutSeconds: Type.Integer({ ...hot(1800, "How long one command may take."), minimum: 1, maximum: 86_400 }),
    backgroundMs: Type.Integer({
      ...hot(10_000, "After this time a command goes on in the background."),
      minimum: 0,
      maximum: 3_600_000,
    }),
    runAs: Type.String(restart("", "Unix user of the commands; empty: the gateway's own.")),
  }),
  web: section({
    search: section({
      provider: oneOf(["brave", "searxng", "duckduckgo"], hot("brave", "Who answers web searches.")),
      apiKey: Type.String({ ...hot("", "The key of the search provider."), ...SECRET }),
      baseUrl: Type.String(hot("", "Where SearXNG answers, or another address of the provider; empty: its own.")),
    }),
    fetch: section({
      maxChars: Type.Integer({
        ...hot(50_000, "Characters of a page that the model gets at most."),
        minimum: 100,
        maximum: 1_000_000,
      }),
      allowPrivateHosts: names(
        hot([], "Private hosts that web tools may reach all the same: `host`, `host:port` or `*.domain`."),
      ),
    }),
  }),
  browser: section({
    enabled: Type.Boolean(hot(true, "Whether the agent may use a browser.")),
    executablePath: Type.String(restart("", "The browser; empty: the system's Chromium.")),
    headless: Type.Boolean(hot(true, "Whether the browser runs without a window.")),
  }),
  tts: section({
    provider: oneOf(["polly", "espeak", "elevenlabs"], hot("polly", "Who speaks.")),
    voice: Type.String(hot("", "A voice of the provider; empty: its usual one.")),
    apiKey: Type.String({ ...hot("", "The key of ElevenLabs."), ...SECRET }),
    baseUrl: Type.String(hot("", "Another address of the provider; empty: its own.")),
  }),
});

export const memory = section({
  search: section({
    enabled: Type.Boolean(hot(true, "Whether the agent may search its memory.")),
    embedding: Type.String(hot("", "Embedding model reference; empty: full-text search only.")),
  }),
});

export const skills = section({ dirs: names(hot([], "Directories of skills besides those of the workspace.")) });

const secrets = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Type.String(SECRET), { description }));

export const mcp = section({
  servers: Type.Record(
    Type.String({ minLength: 1 }),
    section({
      command: optionalText("The program of a server that runs here."),
      args: Type.Optional(Type.Array(Type.String(), { description: "The arguments of the program." })),
      env: secrets("The variables of the program."),
      url: Type.Optional(matching(PATTERNS.httpUrl, { description: "Where a server over HTTP answers." })),
      headers: secrets("The headers sent to that address."),
    }),
    restart({}, "MCP servers by name; each has either `command` or `url`."),
  ),
});

export const cron = section({
  enabled: Type.Boolean(hot(true, "Whether scheduled jobs run at their times; by hand they always do.")),
  maxConcurrentRuns: Type.Integer({ ...hot(1, "Scheduled jobs at work at the same time."), minimum: 1, maximum: 16 }),
});
