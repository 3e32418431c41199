/** `koi skills`: what is installed in the home, with or without a running gateway, which sees a change with its next turn. */

import { createInterface } from "node:readline/promises";

import { resolveHome } from "@skykoi/config";
import { fault } from "@skykoi/fault";
import { openSkillFolder } from "@skykoi/gateway/skill-folder";

import { UsageError, type Command } from "../command.ts";
import { readOptions } from "../options.ts";
import { report } from "../report.ts";

export const skillsList: Command = async (context) => {
  const { switches } = readOptions(context.args, [], { switches: ["json"] });
  return report(context, switches.has("json"), async () => {
    const names = await openSkillFolder(resolveHome(context.env)).names();
    return { json: { skills: names }, lines: names.length === 0 ? ["No skill is installed."] : names };
  });
};

export const skillsInstall: Command = async (context) => {
  const { switches, positionals } = readOptions(context.args, [], { maxPositionals: 1, switches: ["yes", "json"] });
  const [path] = positionals;
  if (path === undefined) throw new UsageError("Name the folder or tar archive of the skill.");
  return report(context, switches.has("json"), async () => {
    const folder = openSkillFolder(resolveHome(context.env));
    const planned = await folder.plan(path);
    const { name } = planned.skill;
    if (!switches.has("json")) for (const line of planned.review) context.print(line);
    if (!switches.has("yes") && !(await agrees(name))) {
      throw fault("INVALID_REQUEST", { message: `${name} was not installed: say so with --yes, or answer with y.` });
    }
    const directory = await folder.install(planned);
    return { json: { name, directory, review: planned.review }, lines: [`${name} is installed in ${directory}.`] };
  });
};

export const skillsRemove: Command = async (context) => {
  const { switches, positionals } = readOptions(context.args, [], { maxPositionals: 1, switches: ["json"] });
  const [name] = positionals;
  if (name === undefined) throw new UsageError("Name the skill.");
  return report(context, switches.has("json"), async () => {
    const removed = await openSkillFolder(resolveHome(context.env)).remove(name);
    if (!removed) throw fault("NOT_FOUND", { message: `No skill with the name ${name} is installed.` });
    return { json: { removed: name }, lines: [`${name} is removed.`] };
  });
};

/** Nobody agrees where there is no terminal. */
const agrees = async (name: string): Promise<boolean> => {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Install ${name}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};
