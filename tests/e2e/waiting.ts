/** Waits for a condition with a limit, instead of sleeping for a time. */

const POLL_MS = 20;

/** The first value that is not undefined, false or null; throws after `limitMs` with the last error if there was one. */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T> | T,
  limitMs = 20_000,
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + limitMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${what}: not within ${limitMs} ms`, { cause: lastError });
};

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: there is no such process; EPERM cannot happen among processes of one user.
    return false;
  }
};
