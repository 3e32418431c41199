/** Reads `--name value` options with Node's own parser, and says what is wrong in one sentence. */

import { parseArgs } from "node:util";

import { UsageError } from "./command.ts";

export interface ParsedOptions<N extends string> {
  readonly options: Readonly<Partial<Record<N, string>>>;
  /** The switches that were given. */
  readonly switches: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

export interface OptionRules {
  readonly maxPositionals?: number;
  /** Options without a value. */
  readonly switches?: readonly string[];
}

/** The named options take a text. Throws a UsageError for an unknown one or a missing value. */
export const readOptions = <const N extends string>(
  args: readonly string[],
  names: readonly N[],
  { maxPositionals = 0, switches = [] }: OptionRules = {},
): ParsedOptions<N> => {
  const parsed = parse(args, names, switches);
  const surplus = parsed.positionals[maxPositionals];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`);
  const options: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = parsed.values[name];
    if (typeof value === "string") options[name] = value;
  }
  const given = switches.filter((name) => parsed.values[name] === true);
  return { options, switches: new Set(given), positionals: parsed.positionals };
};

const parse = (args: readonly string[], names: readonly string[], switches: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
        ...Object.fromEntries(switches.map((name) => [name, { type: "boolean" as const }])),
      },
      allowPositionals: true,
    });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? `${thrown.message.split(". ")[0]}.` : String(thrown));
  }
};
