/** skykoi.json as a thing that is read and changed: validated before it is written, whole or not at all, with backups. */

import { createHash } from "node:crypto";

import { fault } from "@skykoi/fault";

import { changedText, parseIfPossible, type ConfigChange } from "./change-config.ts";
import { configPath, lastGoodPath } from "./home.ts";
import type { Environment, Host } from "./host-defaults.ts";
import type { ConfigFlags } from "./overrides.ts";
import { parseConfigText, type ParsedConfig } from "./parse-config.ts";
import { readTextIfPresent, writePrivateFile } from "./private-file.ts";
import { configFault } from "./problem.ts";

export interface ConfigFileOptions {
  readonly home: string;
  readonly env: Environment;
  readonly flags?: ConfigFlags | undefined;
  readonly host?: Host | undefined;
}

export interface ReadConfig {
  /** What a missing file means is its text then. */
  readonly text: string;
  readonly exists: boolean;
  /** Of the text; the guard of a change. */
  readonly hash: string;
  /** What is written there, not validated; undefined when it is not JSON5. */
  readonly value: unknown;
  readonly parsed: ParsedConfig;
}

export interface ConfigFile {
  readonly path: string;
  /** Rejects when the file is there but cannot be read. */
  read(): Promise<ReadConfig>;
  /**
   * Validates, backs up, writes, and gives back what is there now. With `baseHash`: throws CONFLICT when the file is
   * another one by now. Throws CONFIG_INVALID and INVALID_REQUEST; then the file is as it was.
   */
  change(change: ConfigChange, baseHash?: string): Promise<ReadConfig & { readonly parsed: { readonly ok: true } }>;
  /** Remembers a text as the one to fall back to. */
  markGood(text: string): Promise<void>;
}

/** What a home without skykoi.json means. */
export const DEFAULT_TEXT = '{ gateway: { mode: "local" } }\n';

export const hashText = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

export const createConfigFile = ({ home, env, flags, host }: ConfigFileOptions): ConfigFile => {
  const path = configPath(home);
  const parse = (text: string): ParsedConfig => parseConfigText(text, env, { flags, host });

  const read = async (): Promise<ReadConfig> => {
    const present = await readTextIfPresent(path);
    const text = present ?? DEFAULT_TEXT;
    return {
      text,
      exists: present !== undefined,
      hash: hashText(text),
      value: parseIfPossible(text),
      parsed: parse(text),
    };
  };

  const change: ConfigFile["change"] = async (wanted, baseHash) => {
    const before = await read();
    if (baseHash !== undefined && baseHash !== before.hash) throw changedMeanwhile();
    const text = changedText(before.text, wanted);
    const parsed = parse(text);
    if (!parsed.ok) throw configFault("The change", wanted.kind === "apply" ? parsed.problems : withoutLines(parsed));
    // Somebody with an editor may have been faster than the validation.
    if ((await read()).hash !== before.hash) throw changedMeanwhile();
    if (before.exists && text !== before.text) await backUp(path, before.text);
    if (!before.exists || text !== before.text) await writePrivateFile(path, text);
    return { text, exists: true, hash: hashText(text), value: parseIfPossible(text), parsed };
  };

  /** One change after the other: each sees what the one before wrote. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    path,
    read,
    change: (wanted, baseHash) => {
      const done = last.then(() => change(wanted, baseHash));
      last = done.catch(() => undefined);
      return done;
    },
    markGood: (text) => writePrivateFile(lastGoodPath(home), text),
  };
};

const changedMeanwhile = () =>
  fault("CONFLICT", { message: "skykoi.json was changed in the meantime. Read it again and repeat the change." });

/** The lines of an edited text are nobody's lines. */
const withoutLines = ({ problems }: ParsedConfig & { ok: false }) =>
  problems.map(({ path, message }) => ({ path, message }));

const BACKUPS = [".bak", ".bak.1", ".bak.2", ".bak.3"] as const;

/** The newest is `.bak`; each older one moves one place on, the oldest is forgotten. */
const backUp = async (path: string, text: string): Promise<void> => {
  for (let at = BACKUPS.length - 1; at > 0; at--) {
    const moved = await readTextIfPresent(`${path}${BACKUPS[at - 1]}`);
    if (moved !== undefined) await writePrivateFile(`${path}${BACKUPS[at]}`, moved);
  }
  await writePrivateFile(`${path}${BACKUPS[0]}`, text);
};
