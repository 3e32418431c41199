/** So many of something in a window of time, for each of many names. */

export interface RateLimitOptions {
  readonly max: number;
  readonly windowMs: number;
  readonly now: () => number;
  /** Names remembered at most; the one whose window began first is forgotten. */
  readonly maxNames?: number;
}

export interface RateLimit {
  /** Counts one; 0 when it is within the limit, else the milliseconds until the next window. */
  retryAfterMs(name: string): number;
}

export const createRateLimit = ({ max, windowMs, now, maxNames = 4096 }: RateLimitOptions): RateLimit => {
  const windows = new Map<string, { readonly startedAt: number; count: number }>();

  return {
    retryAfterMs: (name) => {
      const at = now();
      let window = windows.get(name);
      // A clock that was put back starts a new window, too.
      if (!window || at - window.startedAt >= windowMs || at < window.startedAt) {
        window = { startedAt: at, count: 0 };
        windows.delete(name);
        windows.set(name, window);
        const [oldest] = windows.keys();
        if (windows.size > maxNames && oldest !== undefined) windows.delete(oldest);
      }
      window.count++;
      return window.count <= max ? 0 : window.startedAt + windowMs - at;
    },
  };
};
