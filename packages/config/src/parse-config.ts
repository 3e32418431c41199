/** From the text of skykoi.json to a validated configuration, or to everything that is wrong with it. */

import { homedir } from "node:os";
import { join } from "node:path";

import { compileValidator } from "@skykoi/schema";
import JSON5 from "json5";

import { withDefaults } from "./defaults.ts";
import { layer, withHostDefaults, type Environment, type Host } from "./host-defaults.ts";
import { createLocator } from "./locate.ts";
import { readOverrides, type ConfigFlags, type OverrideSource } from "./overrides.ts";
import type { ConfigProblem } from "./problem.ts";
import { brokenRules } from "./rules.ts";
import { asNode, isRecord } from "./schema/node.ts";
import { explainPattern } from "./schema/pattern.ts";
import { SkykoiConfig } from "./schema/skykoi-config.ts";
import { substitute } from "./substitute.ts";
import { settingsWithoutEffect } from "./without-effect.ts";

export interface ParseOptions {
  readonly flags?: ConfigFlags | undefined;
  /** Default: this machine. */
  readonly host?: Host | undefined;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: SkykoiConfig; readonly warnings: readonly ConfigProblem[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const validate = compileValidator(SkykoiConfig);

/** Pure but for the defaults that the host gives. Never throws for bad text. */
export const parseConfigText = (text: string, env: Environment, options: ParseOptions = {}): ParsedConfig => {
  const overrides = readOverrides(env, options.flags);
  if (overrides.problems.length > 0) return { ok: false, problems: overrides.problems };

  const parsed = parseJson5(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };

  const host = options.host ?? thisHost(env);
  const { value, missing } = substitute(parsed.value, env);
  const complete = withDefaults(asNode(SkykoiConfig), withHostDefaults(layer(value, overrides.value), env, host));
  const check = validate(complete);
  const located = (problems: readonly ConfigProblem[]): ConfigProblem[] => {
    const lineOf = createLocator(text);
    return problems.map(({ path, message }) => {
      const line = lineOf(path);
      return { path, message: explainPattern(message), ...(line === undefined ? {} : { line }) };
    });
  };
  if (!check.ok) return { ok: false, problems: located(check.problems) };

  const config = withWorkspacePath(check.value, host);
  const broken = brokenRules(config, missing);
  if (broken.length > 0) return { ok: false, problems: located(broken) };
  const warnings = [
    ...missing.map(({ path, name }) => ({ path, message: `is empty in part: ${name} is not set` })),
    ...settingsWithoutEffect(parsed.value),
    ...overridden(value, overrides.sources),
  ];
  return { ok: true, config, warnings: warnings.length === 0 ? [] : located(warnings) };
};

/** A warning for each key that says something else than what overrides it. */
const overridden = (written: unknown, sources: readonly OverrideSource[]): ConfigProblem[] =>
  sources
    .map(({ path, source, value }) => ({ path, source, value, own: path.reduce<unknown>(ownValue, written) }))
    .filter(({ own, value }) => own !== undefined && own !== value)
    .map(({ path, source }) => ({ path: path.join("."), message: `is overridden by ${source}` }));

const ownValue = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

type Json5 = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: ConfigProblem };

const parseJson5 = (text: string): Json5 => {
  try {
    const value: unknown = JSON5.parse(text);
    return { ok: true, value };
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    const message = `is not JSON5: ${thrown.message.replace(/^JSON5: /, "")}`;
    const line = "lineNumber" in thrown && typeof thrown.lineNumber === "number" ? { line: thrown.lineNumber } : {};
    return { ok: false, problem: { path: "", message, ...line } };
  }
};

const thisHost = (env: Environment): Host => ({
  homeDirectory: env["HOME"] || homedir(),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

const withWorkspacePath = (config: SkykoiConfig, { homeDirectory }: Host): SkykoiConfig => {
  const { defaults, list } = config.agents;
  const absolute = (path: string): string => (path.startsWith("~/") ? join(homeDirectory, path.slice(2)) : path);
  const agents = {
    defaults: { ...defaults, workspace: absolute(defaults.workspace) },
    list: list.map((agent) =>
      agent.workspace === undefined ? agent : { ...agent, workspace: absolute(agent.workspace) },
    ),
  };
  return { ...config, agents };
};
