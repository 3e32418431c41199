/** Seeded randomness and the size of a simulation: short in every run, long by its own command. */

export interface Random {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  /** An integer from 0 to `below` - 1. */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** Mulberry32: a small generator of good quality; the same seed gives the same run. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
};

/** `npm run simulate` sets it. */
const isLong = process.env["SKYKOI_SIMULATION"] === "long";

export const sized = ({ short, long }: { readonly short: number; readonly long: number }): number =>
  isLong ? long : short;

/** Another one in every run unless SKYKOI_SEED names it; a failing test prints it. */
export const SEED = Number(process.env["SKYKOI_SEED"] ?? Date.now() % 2 ** 32);

export const rerun = (seed: number): string => `rerun: SKYKOI_SEED=${seed} npm run simulate`;
