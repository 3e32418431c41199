/** How long to wait before the next attempt to connect. */

export interface Backoff {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { minDelayMs: 250, maxDelayMs: 10_000 };

/**
 * Doubles with each failed attempt up to the maximum. The upper half is random, so that the clients of a gateway that
 * restarted do not all return in one moment. `random` is in [0, 1).
 */
export const backoffDelayMs = ({ minDelayMs, maxDelayMs }: Backoff, failures: number, random: number): number => {
  const ceiling = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(failures, 30));
  return Math.round(ceiling * (0.5 + random / 2));
};
