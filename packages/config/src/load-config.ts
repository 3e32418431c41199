/** Loads skykoi.json of a home; a broken edit falls back to the last configuration that started. */

import { isSystemError } from "@skykoi/fault";

import { DEFAULT_TEXT, hashText } from "./config-file.ts";
import type { Environment, Host } from "./host-defaults.ts";
import { configPath, lastGoodPath } from "./home.ts";
import { readOverrides, type ConfigFlags } from "./overrides.ts";
import { parseConfigText, type ParsedConfig } from "./parse-config.ts";
import { readTextIfPresent, writePrivateFile } from "./private-file.ts";
import { configFault, formatProblem, summarizeProblems, type ConfigProblem } from "./problem.ts";
import type { SkykoiConfig } from "./schema/skykoi-config.ts";

export interface LoadOptions {
  readonly home: string;
  readonly env: Environment;
  readonly flags?: ConfigFlags;
  /** Default: this machine. */
  readonly host?: Host;
}

export interface LoadedConfig {
  readonly config: SkykoiConfig;
  /** Why this is not the configuration that was asked for; one sentence each, empty when all is well. */
  readonly degraded: string[];
  /** Things worth a log line: variables that are not set. */
  readonly warnings: string[];
  /** The path of skykoi.json, whether it exists or not. */
  readonly path: string;
  /** Of the text that was read there, used or not; what a later reading is compared with. */
  readonly hash: string;
  /** Call after a successful start: remembers this configuration as the one to fall back to. */
  readonly markGood: () => Promise<void>;
}

/** Throws CONFIG_INVALID when neither the file nor the last good one can be used. */
export const loadConfig = async ({ home, env, flags, host }: LoadOptions): Promise<LoadedConfig> => {
  const path = configPath(home);
  const overrides = readOverrides(env, flags);
  if (overrides.problems.length > 0) throw configFault("The start-up configuration", overrides.problems);

  const parse = (text: string): ParsedConfig => parseConfigText(text, env, { flags, host });
  const lastGood = await readTextIfPresent(lastGoodPath(home));
  const written = await readConfig(path);
  if (written.text === undefined && written.problem === undefined && lastGood === undefined) {
    return loaded(path, DEFAULT_TEXT, withoutFile(path, parse(DEFAULT_TEXT)), async () => undefined);
  }

  const wanted = parseWritten(written, parse);
  if (wanted.ok) return loaded(path, written.text, wanted, () => rememberText(home, written.text, lastGood));

  const fallback = lastGood === undefined ? undefined : parse(lastGood);
  if (!fallback?.ok) throw configFault(path, wanted.problems);
  const reason = `${path}: ${summarizeProblems(wanted.problems)}. The last configuration that started is in use.`;
  return { ...loaded(path, written.text, fallback, async () => undefined), degraded: [reason] };
};

interface WrittenConfig {
  readonly text?: string;
  readonly problem?: ConfigProblem;
}

/** A file that is there but cannot be read is as broken as one with a syntax error. */
const readConfig = async (path: string): Promise<WrittenConfig> => {
  try {
    const text = await readTextIfPresent(path);
    return text === undefined ? {} : { text };
  } catch (thrown) {
    const code = isSystemError(thrown) ? thrown.code : String(thrown);
    return { problem: { path: "", message: `cannot be read (${code})` } };
  }
};

const parseWritten = (written: WrittenConfig, parse: (text: string) => ParsedConfig): ParsedConfig => {
  if (written.text !== undefined) return parse(written.text);
  return { ok: false, problems: [written.problem ?? { path: "", message: "is missing" }] };
};

const withoutFile = (path: string, parsed: ParsedConfig): ParsedConfig & { ok: true } => {
  if (parsed.ok) return parsed;
  // There is no line to look at.
  const problems = parsed.problems.map(({ path: key, message }) => ({ path: key, message }));
  throw configFault(`${path} does not exist; a gateway without it`, problems);
};

const loaded = (
  path: string,
  text: string | undefined,
  parsed: ParsedConfig & { ok: true },
  markGood: () => Promise<void>,
): LoadedConfig => ({
  hash: hashText(text ?? DEFAULT_TEXT),
  config: parsed.config,
  degraded: [],
  warnings: parsed.warnings.map(formatProblem),
  path,
  markGood,
});

const rememberText = async (home: string, text: string | undefined, remembered: string | undefined): Promise<void> => {
  if (text !== undefined && text !== remembered) await writePrivateFile(lastGoodPath(home), text);
};
