/** `koi doctor`: whether this home's configuration would start, and what to change if not. */

import { configPath, formatProblem, isConfigured, parseConfigText, resolveHome } from "@skykoi/config";
import { readFile } from "node:fs/promises";

import type { Command } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";

export const doctor: Command = async ({ args, env, print, complain }) => {
  readOptions(args, []);
  const home = resolveHome(env);
  const path = configPath(home);
  if (!(await isConfigured(home))) {
    print(`${path} does not exist: the defaults hold, and \`koi gateway run\` makes a token.`);
    return EXIT.ok;
  }
  const parsed = parseConfigText(await readFile(path, "utf8"), env);
  if (!parsed.ok) {
    complain(`${path} is not valid:`);
    for (const problem of parsed.problems) complain(`  ${formatProblem(problem)}`);
    return EXIT.configInvalid;
  }
  print(`${path} is valid.`);
  for (const warning of parsed.warnings) print(`  ${formatProblem(warning)}`);
  return EXIT.ok;
};
