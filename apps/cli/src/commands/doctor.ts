/** `koi doctor`: whether this home's configuration would start, and what to change if not. */

import { readFile } from "node:fs/promises";

import {
  configPath,
  formatProblem,
  isConfigured,
  loadConfig,
  parseConfigText,
  repairConfig,
  resolveHome,
  type ParsedConfig,
} from "@skykoi/config";
import { isFault } from "@skykoi/fault";
import { acquireLock } from "@skykoi/lock";

import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";

export const doctor: Command = async ({ args, env, print, complain }) => {
  const { switches } = readOptions(args, [], { switches: ["fix"] });
  const home = resolveHome(env);
  const path = configPath(home);
  if (!(await isConfigured(home))) {
    print(`${path} does not exist: the defaults hold, and \`koi gateway run\` makes a token.`);
    return EXIT.ok;
  }
  if (switches.has("fix")) for (const sentence of await repair(home, env)) print(sentence);
  const parsed = await examine(path, env);
  if (!parsed.ok) {
    complain(`${path} is not valid:`);
    for (const problem of parsed.problems) complain(`  ${formatProblem(problem)}`);
    complain(await consequence(home, env));
    return EXIT.configInvalid;
  }
  print(`${path} is valid.`);
  for (const warning of parsed.warnings) print(`  ${formatProblem(warning)}`);
  return EXIT.ok;
};

/** Throws DATA_DIR_LOCKED while a gateway runs on the home. */
const repair = async (home: string, env: Environment): Promise<readonly string[]> => {
  const lock = acquireLock(home, { owner: "koi doctor" });
  try {
    return (await repairConfig({ home, env })).done;
  } finally {
    lock.release();
  }
};

type Environment = CommandContext["env"];

const examine = async (path: string, env: Environment): Promise<ParsedConfig> => {
  try {
    return parseConfigText(await readFile(path, "utf8"), env);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, problems: [{ path: "", message: `it cannot be read: ${reason}` }] };
  }
};

const consequence = async (home: string, env: Environment): Promise<string> => {
  try {
    await loadConfig({ home, env });
    return "Until this is corrected, the gateway runs with the last configuration that started.";
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    return "The gateway cannot start until this is corrected.";
  }
};
