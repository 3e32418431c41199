/** Repairs what can be repaired in a home's configuration without guessing; what was there is kept aside. */

import { randomBytes } from "node:crypto";
import { chmod, stat } from "node:fs/promises";

import { createConfigFile, type ConfigFileOptions, type ReadConfig } from "./config-file.ts";
import { parseIfPossible } from "./change-config.ts";
import { parseConfigPath } from "./config-path.ts";
import { editText } from "./edit-text.ts";
import { lastGoodPath } from "./home.ts";
import type { Edit } from "./merge-patch.ts";
import { parseConfigText, type ParsedConfig } from "./parse-config.ts";
import { readTextIfPresent, writePrivateFile } from "./private-file.ts";
import type { ConfigProblem } from "./problem.ts";
import { isRecord } from "./schema/node.ts";

export interface Repair {
  /** One sentence for each thing that was done. */
  readonly done: readonly string[];
  /** What is still wrong. */
  readonly problems: readonly ConfigProblem[];
}

/** No gateway may run on the home. */
export const repairConfig = async (options: ConfigFileOptions): Promise<Repair> => {
  const file = createConfigFile(options);
  const { path } = file;
  const before = await file.read();
  const done: string[] = [];
  if (before.exists && (await isOpenToOthers(path))) {
    await chmod(path, 0o600);
    done.push(`${path} may be read by its owner only now.`);
  }
  if (before.parsed.ok) return { done, problems: [] };

  const parse = (text: string): ParsedConfig =>
    parseConfigText(text, options.env, { flags: options.flags, host: options.host });
  const lastGood = await readTextIfPresent(lastGoodPath(options.home));
  const mended = mend(before, parse) ?? restored(lastGood, parse);
  if (!mended) return { done, problems: before.parsed.problems };
  if (before.exists) {
    await writePrivateFile(`${path}.broken`, before.text);
    done.push(`The file as it was is kept as ${path}.broken.`);
  }
  await writePrivateFile(path, mended.text);
  return { done: [...done, ...mended.done], problems: [] };
};

interface Mended {
  readonly text: string;
  readonly done: readonly string[];
}

/** Unknown keys go, a missing token is made; undefined when something else is wrong, too. */
const mend = ({ text: first, value }: ReadConfig, parse: (text: string) => ParsedConfig): Mended | undefined => {
  if (!isRecord(value)) return undefined;
  const done: string[] = [];
  let text = first;
  // Each round mends all that one validation names; a validation names a few problems at a time.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const parsed = parse(text);
    if (parsed.ok) return { text, done };
    const edits = parsed.problems.flatMap(editFor);
    const edited = editText(text, edits);
    if (edits.length === 0 || edited === text || parseIfPossible(edited) === undefined) return undefined;
    done.push(...edits.map(({ sentence }) => sentence));
    text = edited;
  }
  return undefined;
};

const MAX_ROUNDS = 20;

const editFor = ({ path, message }: ConfigProblem): (Edit & { readonly sentence: string })[] => {
  if (message.startsWith("is not a known field")) {
    return [
      { path: parseConfigPath(path), value: undefined, sentence: `${path} was taken out: it is not a known key.` },
    ];
  }
  if (path === "gateway.auth.token" && message.startsWith("must not be empty")) {
    const value = `gwt_${randomBytes(32).toString("base64url")}`;
    return [{ path: parseConfigPath(path), value, sentence: "gateway.auth.token was made." }];
  }
  return [];
};

const restored = (lastGood: string | undefined, parse: (text: string) => ParsedConfig): Mended | undefined =>
  lastGood !== undefined && parse(lastGood).ok
    ? { text: lastGood, done: ["The last configuration that started was put in its place."] }
    : undefined;

const isOpenToOthers = async (path: string): Promise<boolean> => ((await stat(path)).mode & 0o077) !== 0;
