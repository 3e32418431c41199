/** What a schema cannot say: rules between keys of a configuration. */

import { isAbsolute } from "node:path";

import { joinPath, nearest } from "@skykoi/schema";

import type { ConfigProblem } from "./problem.ts";
import type { SkykoiConfig } from "./schema/skykoi-config.ts";
import type { MissingVariable } from "./substitute.ts";

type Rule = (config: SkykoiConfig, missing: readonly MissingVariable[]) => readonly ConfigProblem[];

export const brokenRules: Rule = (config, missing) => RULES.flatMap((rule) => rule(config, missing));

const tokenIsSet: Rule = ({ gateway }, missing) => {
  const { token } = gateway.auth;
  if (token !== "" && token.trim() === token) return [];
  const path = "gateway.auth.token";
  if (token !== "") return [{ path, message: "must not begin or end with a blank" }];
  const variable = missing.find((reference) => reference.path === path);
  const because = variable ? `: ${variable.name} is not set` : "";
  const refused = gateway.bind === "lan" ? '; bind "lan" without a token is refused' : "";
  return [{ path, message: `must not be empty${because}${refused}` }];
};

const hooksHaveTheirToken: Rule = ({ gateway: { http } }) =>
  http.hooks.enabled && http.hooks.token === ""
    ? [{ path: "gateway.http.hooks.token", message: "must not be empty while hooks are enabled" }]
    : [];

const timeZoneIsKnown: Rule = ({ agents: { defaults } }) =>
  isTimeZone(defaults.userTimezone)
    ? []
    : [{ path: "agents.defaults.userTimezone", message: 'must be an IANA time zone like "Europe/Berlin"' }];

const workspacesAreAbsolute: Rule = ({ agents: { defaults, list } }) =>
  [
    { path: "agents.defaults.workspace", workspace: defaults.workspace },
    ...list.map(({ workspace }, index) => ({ path: `agents.list[${index}].workspace`, workspace })),
  ].flatMap(({ path, workspace }) =>
    workspace === undefined || isAbsolute(workspace)
      ? []
      : [{ path, message: 'must be an absolute path, or begin with "~/"' }],
  );

const agentIdsDiffer: Rule = ({ agents: { list } }) =>
  list.flatMap(({ id }, index) =>
    list.findIndex((other) => other.id === id) === index
      ? []
      : [{ path: `agents.list[${index}].id`, message: `is "${id}" a second time; ids must differ` }],
  );

const modelsHaveProviders: Rule = (config) => {
  const known = [...Object.keys(config.models.providers), "offline"];
  return modelReferences(config).flatMap(({ path, ref }) => {
    const provider = ref.slice(0, ref.indexOf("/"));
    if (known.includes(provider)) return [];
    const meant = nearest(provider, known);
    const hint = meant ? `; did you mean "${meant}"?` : `; known are ${known.join(", ")}`;
    return [{ path, message: `names the provider "${provider}", which models.providers does not have${hint}` }];
  });
};

/** Everywhere a configuration names a model. */
const modelReferences = ({ agents, models }: SkykoiConfig): { path: string; ref: string }[] => [
  ...modelChoice("agents.defaults.model", agents.defaults.model),
  ...agents.list.flatMap(({ model }, index) => modelChoice(`agents.list[${index}].model`, model ?? {})),
  ...Object.entries(models.aliases).map(([name, ref]) => ({ path: joinPath("models.aliases", name), ref })),
];

interface ModelChoice {
  readonly primary?: string;
  readonly fallbacks?: readonly string[];
}

const modelChoice = (path: string, { primary, fallbacks = [] }: ModelChoice): { path: string; ref: string }[] => [
  ...(primary === undefined ? [] : [{ path: `${path}.primary`, ref: primary }]),
  ...fallbacks.map((ref, index) => ({ path: `${path}.fallbacks[${index}]`, ref })),
];

const endpointsAreGiven: Rule = ({ models, mcp }) => [
  ...Object.entries(models.providers)
    .filter(([, provider]) => provider.api === "openai-completions" && provider.baseUrl === undefined)
    .map(([name]) => ({
      path: `models.providers.${name}.baseUrl`,
      message: 'is required for api "openai-completions"',
    })),
  ...Object.entries(mcp.servers)
    .filter(([, server]) => (server.command === undefined) === (server.url === undefined))
    .map(([name]) => ({ path: `mcp.servers.${name}`, message: "must have either command or url" })),
];

const RULES: readonly Rule[] = [
  tokenIsSet,
  hooksHaveTheirToken,
  timeZoneIsKnown,
  workspacesAreAbsolute,
  agentIdsDiffer,
  modelsHaveProviders,
  endpointsAreGiven,
];

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    // The only way to ask; a RangeError is the answer "no".
    return false;
  }
};
