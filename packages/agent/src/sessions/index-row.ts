/** Reads the columns of a row of the index; a value of another kind means that the index is damaged. */

import type { SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

export const numberIn = (row: Row | undefined, column: string): number => {
  const value = row?.[column];
  if (typeof value === "number") return value;
  throw new Error(`index: ${column} is ${typeof value}`);
};

export const textIn = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new Error(`index: ${column} is ${typeof value}`);
};

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : textIn(row, column);
