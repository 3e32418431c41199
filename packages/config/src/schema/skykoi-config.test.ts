import { describe, expect, it } from "vitest";

import { parseConfigText } from "../parse-config.ts";
import { redactConfig } from "../secrets.ts";
import { asNode, type SchemaNode } from "./node.ts";
import { SkykoiConfig } from "./skykoi-config.ts";

interface Key {
  readonly path: string;
  readonly node: SchemaNode;
}

/** The keys a person sets: everything that is not only a section around others. */
const keysOf = (node: SchemaNode, path = ""): Key[] =>
  node.properties && node.default === undefined
    ? Object.entries(node.properties).flatMap(([key, child]) => keysOf(child, path ? `${path}.${key}` : key))
    : [{ path, node }];

/** The fields of lists' and maps' entries, wherever they are. */
const entryFieldsOf = (node: SchemaNode, path = ""): Key[] => {
  const entries = [node.items, ...Object.values(node.patternProperties ?? {})].filter((entry) => entry !== undefined);
  const inside = entries.flatMap((entry) =>
    Object.entries(entry.properties ?? {}).map(([key, child]) => ({ path: `${path}[].${key}`, node: child })),
  );
  const children = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    entryFieldsOf(child, `${path}.${key}`),
  );
  return [...inside, ...children];
};

/** The configuration of the product's documentation, with every section and every kind of key. */
const DOCUMENTED = `{
  gateway: {
    mode: "local",
    port: 18789, bind: "loopback",
    auth: { mode: "token", token: "\${SKYKOI_GATEWAY_TOKEN}" },
    trustedProxies: ["127.0.0.1"], allowedOrigins: [],
    http: { openai: { enabled: false }, hooks: { enabled: false, token: "" } },
  },
  agents: {
    defaults: {
      workspace: "/home/ubuntu/koi",
      model: { primary: "amazon-bedrock/us.anthropic.claude-opus-4-6-v1", fallbacks: [] },
      userTimezone: "America/New_York", thinking: "off", timeoutSeconds: 600, maxConcurrent: 4,
      heartbeat: { every: "30m", activeHours: { start: "08:00", end: "22:00" } },
      subagents: { maxConcurrent: 8, maxDepth: 2 },
    },
    list: [{ id: "main", name: "Koi", workspace: "~/main", model: { primary: "lab/tiny" }, tools: { deny: ["exec"] } }],
  },
  models: {
    providers: {
      "amazon-bedrock": { api: "bedrock-converse-stream", region: "us-east-1" },
      lab: { api: "openai-completions", baseUrl: "http://127.0.0.1:8080/v1", apiKey: "\${LAB_KEY}",
             models: [{ id: "tiny", contextWindow: 8192, maxTokens: 1024 }] },
    },
    aliases: { fast: "lab/tiny" },
    prices: { "amazon-bedrock/us.anthropic.claude-opus-4-6-v1": { inputUsdPerMTok: 5, outputUsdPerMTok: 25,
              cacheReadUsdPerMTok: 0.5, cacheWriteUsdPerMTok: 6.25 } },
  },
  session: {
    dmScope: "main", identityLinks: {},
    reset: { mode: "daily", atHour: 4, idleMinutes: 0 },
    resetByType: {}, resetByChannel: {}, resetTriggers: ["/new", "/reset"],
  },
  messages: { queue: { mode: "steer", cap: 20, drop: "summarize", debounceMs: 500, byChannel: {} } },
  tools: {
    profile: "full", allow: [], deny: [],
    exec: {
      security: "full",
      ask: "off",
      allow: [],
      deny: [],
      timeoutSeconds: 1800,
      backgroundMs: 10000,
      runAs: "",
    },
    web: { search: { provider: "brave", apiKey: "\${BRAVE_API_KEY}" }, fetch: { maxChars: 50000 } },
    browser: { enabled: true, executablePath: "", headless: true },
    tts: { provider: "polly" },
  },
  memory: { search: { enabled: true, embedding: "" } },
  skills: { dirs: [] },
  mcp: { servers: { files: { command: "files-mcp", args: [], env: { KEY: "mcp-secret" } } } },
  cron: { enabled: true, maxConcurrentRuns: 1 },
  limits: { maxUsdPerRun: 5, maxUsdPerDay: 25, maxUsdPerMonth: 200 },
  channels: { telegram: { enabled: false, botToken: "", dmPolicy: "pairing", allowFrom: [], groups: {} } },
  logging: { level: "info" },
}`;

const SECRETS = { SKYKOI_GATEWAY_TOKEN: "gateway-secret", LAB_KEY: "lab-secret", BRAVE_API_KEY: "brave-secret" };

describe("the schema", () => {
  it("accepts the documented configuration as it is", () => {
    const parsed = parseConfigText(DOCUMENTED, SECRETS);
    expect(parsed.ok && parsed.warnings.filter(({ message }) => !message.includes("no effect"))).toEqual([]);
  });

  it("says of every key when an edit of it takes effect", () => {
    const silent = keysOf(asNode(SkykoiConfig)).filter(({ node }) => node.reload === undefined);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("describes every key and every field of an entry in one sentence", () => {
    const nodes = [...keysOf(asNode(SkykoiConfig)), ...entryFieldsOf(asNode(SkykoiConfig))];
    const silent = nodes.filter(({ node }) => !/^[A-Z].*[.]$/s.test(node.description ?? ""));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("marks every key as secret whose name says so", () => {
    const keys = [...keysOf(asNode(SkykoiConfig)), ...entryFieldsOf(asNode(SkykoiConfig))];
    const open = keys.filter(({ path, node }) => /token$|(?<!public)key$/i.test(path) && !node.secret);
    expect(open.map(({ path }) => path)).toEqual([]);
  });
});

describe("redactConfig", () => {
  it("shows no secret, wherever it came from", () => {
    const parsed = parseConfigText(DOCUMENTED, SECRETS);
    if (!parsed.ok) throw new Error("the documented configuration is valid");
    const shown = JSON.stringify(redactConfig(parsed.config));
    expect(shown).not.toMatch(/-secret/);
    expect(shown.match(/\[redacted\]/g)).toHaveLength(4);
  });

  it("leaves everything else as it is, and empty secrets empty", () => {
    const parsed = parseConfigText(DOCUMENTED, SECRETS);
    if (!parsed.ok) throw new Error("the documented configuration is valid");
    expect(redactConfig(parsed.config)).toMatchObject({
      gateway: { port: 18_789, http: { hooks: { token: "" } } },
      mcp: { servers: { files: { command: "files-mcp" } } },
    });
  });
});
