/** How a command tells its result: lines for a person, or one JSON document for a program, also when it failed. */

import { toFault } from "@skykoi/fault";

import type { CommandContext } from "./command.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";

export interface Report {
  /** What `--json` prints. */
  readonly json: unknown;
  readonly lines: readonly string[];
}

export const report = async (
  { print }: CommandContext,
  asJson: boolean,
  work: () => Promise<Report>,
): Promise<number> => {
  try {
    const { json, lines } = await work();
    for (const line of asJson ? [JSON.stringify(json)] : lines) print(line);
    return EXIT.ok;
  } catch (thrown) {
    if (!asJson) throw thrown;
    // Who asked for JSON reads standard output, also to learn what went wrong.
    const { code, message, details } = toFault(thrown);
    print(JSON.stringify({ error: { code, message, details } }));
    return exitCodeOf(code);
  }
};

/** Columns as wide as their widest cell; the last one is not padded. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(widest[at] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};
