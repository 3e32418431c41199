/** `koi doctor`: whether a gateway of this home would start and find what it needs, and what to do if not. */

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
  type SkykoiConfig,
} from "@skykoi/config";
import { isFault } from "@skykoi/fault";
import { acquireLock, type DirectoryLock } from "@skykoi/lock";

import type { Command, CommandContext } from "../command.ts";
import { bad, ok, warn, type Check } from "../doctor/check.ts";
import { checkDatabases } from "../doctor/databases.ts";
import { checkDisk, checkNode, checkPrograms } from "../doctor/machine.ts";
import { checkAnswers, checkPort } from "../doctor/running.ts";
import { EXIT } from "../exit-code.ts";
import { readOptions } from "../options.ts";
import { closeFiles, openFiles } from "../security/audit-files.ts";

export const doctor: Command = async ({ args, env, print, complain }) => {
  const { switches } = readOptions(args, [], { switches: ["fix", "json"] });
  const home = resolveHome(env);
  const { checks, repaired, configOk } = await examine(home, env, switches.has("fix"));
  const isWell = checks.every(({ status }) => status !== "bad");
  if (switches.has("json")) {
    print(JSON.stringify({ ok: isWell, home, repaired, checks }));
  } else {
    for (const sentence of repaired) print(sentence);
    for (const check of checks) for (const line of linesOf(check)) (check.status === "bad" ? complain : print)(line);
  }
  if (!configOk) return EXIT.configInvalid;
  return isWell ? EXIT.ok : EXIT.fault;
};

type Environment = CommandContext["env"];

interface Examination {
  readonly checks: readonly Check[];
  /** What was done, a sentence each. */
  readonly repaired: readonly string[];
  readonly configOk: boolean;
}

const examine = async (home: string, env: Environment, shallFix: boolean): Promise<Examination> => {
  const node = checkNode(process.versions.node);
  if (!(await isConfigured(home))) {
    const message = `${configPath(home)} does not exist: the defaults hold, and \`koi gateway run\` makes a token.`;
    return { checks: [node, ok("config", message)], repaired: [], configOk: true };
  }
  const lock = lockOf(home);
  try {
    // What a running gateway holds open is not repaired under it.
    if (shallFix && lock.kind === "busy") throw lock.fault;
    const repaired = shallFix ? [...(await repairConfig({ home, env })).done] : [];
    const { checks: config, config: parsed } = await checkConfig(home, env);
    const checks = [node, ...config, await checkDisk(home)];
    if (parsed) {
      const files = await openFiles(home, parsed);
      if (shallFix) repaired.push(...(await closeFiles(files)));
      const open = shallFix ? await openFiles(home, parsed) : files;
      checks.push(
        ...open.map(({ finding: { subject, meaning, fix } }) => warn("files", `${subject}: ${meaning}`, fix)),
        await (lock.kind === "busy" ? checkAnswers(parsed) : checkPort(parsed)),
        await checkModel(parsed, env),
        ...checkPrograms(parsed, env),
      );
    }
    checks.push(...(await checkDatabases(home, shallFix)));
    return { checks, repaired, configOk: parsed !== undefined };
  } finally {
    if (lock.kind === "ours") lock.lock.release();
  }
};

const lockOf = (home: string): { kind: "ours"; lock: DirectoryLock } | { kind: "busy"; fault: Error } => {
  try {
    return { kind: "ours", lock: acquireLock(home, { owner: "koi doctor" }) };
  } catch (thrown) {
    if (isFault(thrown) && thrown.code === "DATA_DIR_LOCKED") return { kind: "busy", fault: thrown };
    throw thrown;
  }
};

const checkConfig = async (home: string, env: Environment): Promise<{ checks: Check[]; config?: SkykoiConfig }> => {
  const path = configPath(home);
  const parsed = await readConfig(path, env);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `\n  ${formatProblem(problem)}`).join("");
    return { checks: [bad("config", `${path} is not valid:${problems}\n${await consequence(home, env)}`)] };
  }
  const warnings = parsed.warnings.map((warning) => warn("config", formatProblem(warning)));
  return { checks: [ok("config", `${path} is valid.`), ...warnings], config: parsed.config };
};

const readConfig = async (path: string, env: Environment): Promise<ParsedConfig> => {
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

const checkModel = async (config: SkykoiConfig, env: Environment): Promise<Check> => {
  const { modelProblem } = await import("@skykoi/gateway/model-check");
  const problem = modelProblem(config, env);
  const { primary } = config.agents.defaults.model;
  if (problem === undefined) return ok("model", primary);
  return warn("model", problem, "See models.providers in docs/configuration.md, or choose another model.");
};

const MARK = { ok: "ok  ", warn: "warn", bad: "bad " } as const;

const linesOf = ({ name, status, message, fix }: Check): string[] => [
  `${MARK[status]}  ${name.padEnd(10)} ${message}`,
  ...(fix === undefined ? [] : [`                  → ${fix}`]),
];
