/** Prints figures beside their goals and what they were compared with. */

import { cpus, totalmem } from "node:os";

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "MB" | "KB" | "x" | "/s" | "";
  /** Upper bound; without a bound the figure is only for comparison. */
  readonly goal?: number;
  /** Lower bound. */
  readonly atLeast?: number;
  /** What OpenClaw 2026.9.6 needs, on two cores. */
  readonly openClaw?: string;
  readonly note?: string;
}

const format = (value: number, unit: Figure["unit"]): string =>
  `${value.toFixed(unit === "x" || value < 10 ? 2 : 0)} ${unit}`;

export const printHeader = (): void => {
  const [cpu] = cpus();
  process.stdout.write(
    `Node ${process.versions.node}, ${cpus().length} x ${cpu?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n\n`,
  );
};

export const printFigures = (title: string, figures: readonly Figure[]): void => {
  process.stdout.write(`${title}\n`);
  for (const figure of figures) {
    const { what, value, unit, note, openClaw } = figure;
    const compared = openClaw === undefined ? "" : `  [${openClaw}]`;
    const more = note === undefined ? "" : `  (${note})`;
    process.stdout.write(
      `  ${what.padEnd(58)} ${format(value, unit).padStart(10)}${verdictOf(figure)}${compared}${more}\n`,
    );
  }
  process.stdout.write("\n");
};

const verdictOf = ({ value, unit, goal, atLeast }: Figure): string => {
  if (goal !== undefined) return `  goal ${format(goal, unit)}, ${value <= goal ? "met" : "MISSED"}`;
  if (atLeast !== undefined) return `  goal at least ${format(atLeast, unit)}, ${value >= atLeast ? "met" : "MISSED"}`;
  return "";
};
