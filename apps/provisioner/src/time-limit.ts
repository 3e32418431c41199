/** Gives a wait for something outside this process an end. */

import { fault } from "@skykoi/fault";

/** Throws TIMEOUT, saying what was waited for. The work itself is not cancelled: its owner must be idempotent. */
export const withTimeLimit = async <T>(work: Promise<T>, limitMs: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(fault("TIMEOUT", { message: `${what} took longer than ${Math.round(limitMs / 1000)} s.` })),
      limitMs,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};
