import { describe, expect, it } from "vitest";

import { parseConfigText } from "./parse-config.ts";
import { formatProblem } from "./problem.ts";

const host = { homeDirectory: "/home/ada", timeZone: "Europe/Berlin" };
const parse = (text: string, env: Record<string, string> = {}, flags = {}) =>
  parseConfigText(text, env, { host, flags });

const config = (text: string, env?: Record<string, string>, flags?: object) => {
  const parsed = parse(text, env, flags);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.config;
};

const problems = (text: string, env?: Record<string, string>, flags?: object) => {
  const parsed = parse(text, env, flags);
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
};

const MINIMAL = '{ gateway: { mode: "local", auth: { token: "t0k" } } }';

describe("defaults", () => {
  it("are those of the documented configuration", () => {
    const filled = config(MINIMAL);
    expect(filled).toMatchObject({
      gateway: { port: 18_789, bind: "loopback", trustedProxies: ["127.0.0.1"], allowedOrigins: [] },
      agents: { defaults: { timeoutSeconds: 600, maxConcurrent: 4, thinking: "off" }, list: [{ id: "main" }] },
      session: { dmScope: "main", reset: { mode: "daily", atHour: 4, idleMinutes: 0 } },
      messages: { queue: { mode: "steer", cap: 20, drop: "summarize", debounceMs: 500 } },
      limits: { maxUsdPerRun: 5, maxUsdPerDay: 25, maxUsdPerMonth: 200 },
      logging: { level: "info" },
    });
  });

  it("take workspace and time zone from the host", () => {
    const { defaults } = config(MINIMAL).agents;
    expect([defaults.workspace, defaults.userTimezone]).toEqual(["/home/ada/koi", "Europe/Berlin"]);
  });

  it("choose Bedrock only where AWS credentials are in sight", () => {
    expect(config(MINIMAL).agents.defaults.model.primary).toBe("offline/demo");
    expect(config(MINIMAL, { AWS_PROFILE: "lab" }).agents.defaults.model.primary).toBe(
      "amazon-bedrock/us.anthropic.claude-opus-4-6-v1",
    );
  });

  it("never override a model that was configured", () => {
    const text = MINIMAL.replace(
      "{ gateway",
      '{ agents: { defaults: { model: { primary: "offline/demo" } } }, gateway',
    );
    expect(config(text, { AWS_PROFILE: "lab" }).agents.defaults.model.primary).toBe("offline/demo");
  });

  it("are not shared between two configurations", () => {
    config(MINIMAL).session.resetTriggers.push("/gone");
    expect(config(MINIMAL).session.resetTriggers).toEqual(["/new", "/reset"]);
  });
});

describe("problems", () => {
  const TABLE: [what: string, text: string, expected: string][] = [
    [
      "an unknown key, with the nearest known one",
      '{\n  gateway: {\n    mode: "local",\n    prot: 1,\n  },\n}',
      'line 4: gateway.prot is not a known field; did you mean "port"?',
    ],
    ["a wrong type", '{ gateway: { mode: "local",\n port: "80" } }', "line 2: gateway.port must be integer"],
    ["a value out of range", '{ gateway: { mode: "local", port: 70000 } }', "line 1: gateway.port must be <= 65535"],
    ["a wrong word", '{ gateway: { mode: "remote" } }', 'line 1: gateway.mode must be one of "local"'],
    ["a missing key, at the object it belongs to", "{\n\n  gateway: {},\n}", "line 3: gateway.mode is required"],
    ["a text that is no object", "[]", "line 1: must be object"],
    [
      "a key of the JavaScript prototype",
      '{ gateway: { mode: "local" }, __proto__: {} }',
      "line 1: __proto__ is not a known field",
    ],
    [
      "a duration in no known form",
      '{ gateway: { mode: "local" },\n agents: { defaults: { heartbeat: { every: "half an hour" } } } }',
      'line 2: agents.defaults.heartbeat.every must be a duration like "30m"',
    ],
    [
      "a provider that is not configured",
      '{ gateway: { mode: "local", auth: { token: "t" } },\n agents: { defaults: { model: { primary: "amazon-bedrok/x" } } } }',
      'line 2: agents.defaults.model.primary names the provider "amazon-bedrok", which models.providers does not have; did you mean "amazon-bedrock"?',
    ],
    [
      "an OpenAI-compatible provider without its address",
      '{ gateway: { mode: "local", auth: { token: "t" } },\n models: { providers: {\n lab: { api: "openai-completions" } } } }',
      'line 3: models.providers.lab.baseUrl is required for api "openai-completions"',
    ],
    [
      "an unknown time zone",
      '{ gateway: { mode: "local", auth: { token: "t" } }, agents: { defaults: { userTimezone: "Mars/Base" } } }',
      'line 1: agents.defaults.userTimezone must be an IANA time zone like "Europe/Berlin"',
    ],
    [
      "a relative workspace",
      '{ gateway: { mode: "local", auth: { token: "t" } }, agents: { defaults: { workspace: "koi" } } }',
      'line 1: agents.defaults.workspace must be an absolute path, or begin with "~/"',
    ],
    [
      "two agents with one id",
      '{ gateway: { mode: "local", auth: { token: "t" } }, agents: { list: [\n{ id: "a", name: "A" },\n{ id: "a", name: "B" }] } }',
      'line 3: agents.list[1].id is "a" a second time; ids must differ',
    ],
    [
      "an MCP server that is neither a process nor an address",
      '{ gateway: { mode: "local", auth: { token: "t" } }, mcp: { servers: { files: {} } } }',
      "line 1: mcp.servers.files must have either command or url",
    ],
  ];

  it.each(TABLE)("name %s", (_, text, expected) => {
    expect(problems(text)).toContain(expected);
  });

  it("name the line of a syntax error", () => {
    expect(problems("{\n  gateway: {,\n}")).toEqual(["line 2: is not JSON5: invalid character ',' at 2:13"]);
  });

  it("are all reported, not only the first", () => {
    expect(problems('{ gateway: { mode: "x", port: -1, bind: "wan" } }')).toHaveLength(3);
  });

  it("find their line behind comments, strings with braces and keys in quotes", () => {
    const text = `{
  // gateway: { port: 1 }
  "gateway": { /* } */ mode: 'local', auth: { token: 'a } " {' } },
  agents: { list: [{ id: "main", name: "a // b" },
    { id: "other",
      name: 7 }] } }`;
    expect(problems(text)).toEqual(["line 6: agents.list[1].name must be string"]);
  });
});

describe("the token", () => {
  it("must not be empty", () => {
    expect(problems('{ gateway: { mode: "local" } }')).toEqual(["line 1: gateway.auth.token must not be empty"]);
  });

  it("names the variable that is not set", () => {
    expect(problems('{ gateway: { mode: "local", auth: { token: "${KOI_T}" } } }')).toEqual([
      "line 1: gateway.auth.token must not be empty: KOI_T is not set",
    ]);
  });

  it("is demanded in so many words when the gateway is open to the network", () => {
    expect(problems('{ gateway: { mode: "local", bind: "lan" } }')).toEqual([
      'line 1: gateway.auth.token must not be empty; bind "lan" without a token is refused',
    ]);
  });
});

describe("variables", () => {
  it("are put into any string", () => {
    const text = '{ gateway: { mode: "local", auth: { token: "a-${ONE}-${TWO}" } } }';
    expect(config(text, { ONE: "1", TWO: "2" }).gateway.auth.token).toBe("a-1-2");
  });

  it("that are not set become empty, with a warning that names them", () => {
    const parsed = parse(
      MINIMAL.replace(
        "{ gateway",
        '{\n models: { providers: { lab: { api: "openai-completions", baseUrl: "http://127.0.0.1/v1", apiKey: "${LAB}" } } }, gateway',
      ),
    );
    expect(parsed.ok && parsed.warnings.map(formatProblem)).toEqual([
      "line 2: models.providers.lab.apiKey is empty in part: LAB is not set",
    ]);
  });
});

describe("overrides", () => {
  const env = { SKYKOI_GATEWAY_PORT: "2000", SKYKOI_GATEWAY_TOKEN: "from-env" };

  it("of the environment win over the file", () => {
    expect(config(MINIMAL, env).gateway).toMatchObject({ port: 2000, auth: { token: "from-env" } });
  });

  it("of the command line win over the environment", () => {
    const flags = { port: "3001", token: "from-flag", bind: "lan" };
    expect(config(MINIMAL, env, flags).gateway).toMatchObject({
      port: 3001,
      bind: "lan",
      auth: { token: "from-flag" },
    });
  });

  it("are taken literally: a token may hold a dollar sign and braces", () => {
    expect(config(MINIMAL, {}, { token: "${HOME}" }).gateway.auth.token).toBe("${HOME}");
  });

  it("are refused by the name under which they were given", () => {
    expect(problems(MINIMAL, { SKYKOI_GATEWAY_PORT: "http" })).toEqual([
      "SKYKOI_GATEWAY_PORT must be a port number from 0 to 65535",
    ]);
    expect(problems(MINIMAL, {}, { port: "70000" })).toEqual(["--port must be a port number from 0 to 65535"]);
    expect(problems(MINIMAL, {}, { bind: "wan" })).toEqual(["--bind must be one of loopback, lan"]);
    expect(problems(MINIMAL, {}, { token: "" })).toEqual(["--token must not be empty"]);
  });
});

describe("the workspace", () => {
  it("may begin with the home directory", () => {
    const text = MINIMAL.replace("{ gateway", '{ agents: { defaults: { workspace: "~/koi-work" } }, gateway');
    expect(config(text).agents.defaults.workspace).toBe("/home/ada/koi-work");
  });
});

describe("what overrides the file", () => {
  it("is said where the file says something else", () => {
    const text = '{\n  gateway: { mode: "local",\n    port: 4000, auth: { token: "${T}" } },\n}';
    const env = { SKYKOI_GATEWAY_PORT: "5000", SKYKOI_GATEWAY_TOKEN: "t", T: "t" };
    const parsed = parseConfigText(text, env);
    expect(parsed.ok && parsed.warnings).toEqual([
      { path: "gateway.port", line: 3, message: "is overridden by SKYKOI_GATEWAY_PORT" },
    ]);
  });
});
