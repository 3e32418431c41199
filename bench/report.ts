/** Prints figures beside their goals and what they were compared with. */

import { cpus, totalmem } from "node:os";

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "MB" | "x";
  /** Upper bound; undefined where the figure is only the comparison. */
  readonly goal?: number;
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
  for (const { what, value, unit, goal, note } of figures) {
    const verdict =
      goal === undefined
        ? ""
        : value <= goal
          ? `  goal ${format(goal, unit)}, met`
          : `  goal ${format(goal, unit)}, MISSED`;
    process.stdout.write(
      `  ${what.padEnd(58)} ${format(value, unit).padStart(10)}${verdict}${note ? `  (${note})` : ""}\n`,
    );
  }
  process.stdout.write("\n");
};
