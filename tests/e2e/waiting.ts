/** Waits for a condition with a limit, instead of sleeping for a time. */

import { execFileSync } from "node:child_process";

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

/** False also for a zombie: it has ended, only nobody has asked for its exit code. */
export const isAlive = (pid: number): boolean => {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return state !== "" && !state.startsWith("Z");
  } catch {
    // ps exits with 1 when there is no such process.
    return false;
  }
};
