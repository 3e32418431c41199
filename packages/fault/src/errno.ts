/** Recognizes the system errors of Node's file, process and network functions. */

interface SystemError extends Error {
  /** `ENOENT`, `EADDRINUSE` and the like. */
  readonly code: string;
}

export const isSystemError = (thrown: unknown): thrown is SystemError =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";

export const hasErrno = (thrown: unknown, ...codes: readonly string[]): boolean =>
  isSystemError(thrown) && codes.includes(thrown.code);
