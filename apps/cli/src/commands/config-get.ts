/** `koi config get|path|schema|validate`: what skykoi.json says and means, read from the file. */

import { readFile } from "node:fs/promises";

import {
  configJsonSchema,
  configPath,
  createConfigFile,
  findConfigKey,
  formatProblem,
  parseConfigPath,
  parseConfigText,
  redactConfig,
  resolveHome,
} from "@skykoi/config";
import { fault } from "@skykoi/fault";

import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";

/** The value in force with all defaults; secrets only when they are asked for by name of the switch. */
export const configGet: Command = async ({ args, env, print }) => {
  const rules = { maxPositionals: 1, switches: ["json", "show-secrets"] };
  const { switches, positionals } = readOptions(args, [], rules);
  const { parsed, path } = await readHome(env);
  if (!parsed.ok) {
    const message = `${path} is not valid: ${parsed.problems.map(formatProblem).join("; ")}`;
    throw fault("CONFIG_INVALID", { message });
  }
  const shown = switches.has("show-secrets") ? parsed.config : redactConfig(parsed.config);
  const [key] = positionals;
  const value = key === undefined ? shown : valueAt(shown, key);
  const isText = typeof value === "string" && !switches.has("json");
  print(isText ? value : JSON.stringify(value, null, switches.has("json") ? 0 : 2));
  return EXIT.ok;
};

export const configPathCommand: Command = async ({ args, env, print }) => {
  readOptions(args, []);
  print(configPath(resolveHome(env)));
  return EXIT.ok;
};

/** Of the whole file, or what is known of one key. */
export const configSchema: Command = async ({ args, print }) => {
  const { switches, positionals } = readOptions(args, [], { maxPositionals: 1, switches: ["json"] });
  const [path] = positionals;
  const known = path === undefined ? configJsonSchema() : keyAt(path);
  print(JSON.stringify(known, null, switches.has("json") ? 0 : 2));
  return EXIT.ok;
};

/** Of the home's file, or of another one. */
export const configValidate: Command = async ({ args, env, print, complain }) => {
  const { switches, positionals } = readOptions(args, [], { maxPositionals: 1, switches: ["json"] });
  const [file] = positionals;
  const { parsed, path } =
    file === undefined
      ? await readHome(env)
      : { parsed: parseConfigText(await readFile(file, "utf8"), env), path: file };
  const problems = parsed.ok ? [] : parsed.problems;
  const warnings = parsed.ok ? parsed.warnings : [];
  if (switches.has("json")) {
    print(JSON.stringify({ path, valid: parsed.ok, problems, warnings }));
  } else {
    if (parsed.ok) print(`${path} is valid.`);
    else complain(`${path} is not valid:`);
    for (const warning of warnings) print(`  ${formatProblem(warning)}`);
    for (const problem of problems) complain(`  ${formatProblem(problem)}`);
  }
  return parsed.ok ? EXIT.ok : EXIT.configInvalid;
};

const readHome = async (env: CommandContext["env"]) => {
  const file = createConfigFile({ home: resolveHome(env), env });
  return { parsed: (await file.read()).parsed, path: file.path };
};

const keyAt = (path: string) => {
  const key = findConfigKey(parseConfigPath(path));
  if (!key) throw fault("NOT_FOUND", { message: `There is no key "${path}".` });
  return key;
};

const valueAt = (config: unknown, path: string): unknown => {
  const value = parseConfigPath(path).reduce<unknown>(
    (here, key) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, key)
        ? Object.entries(here).find(([name]) => name === key)?.[1]
        : undefined,
    config,
  );
  if (value !== undefined) return value;
  keyAt(path);
  throw fault("NOT_FOUND", { message: `${path} is not set.` });
};
