/** Recognizes the system errors of Node's file and process functions. */

export interface SystemError extends Error {
  readonly code: string;
}

export const isSystemError = (thrown: unknown): thrown is SystemError =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";

export const hasErrno = (thrown: unknown, ...codes: readonly string[]): boolean =>
  isSystemError(thrown) && codes.includes(thrown.code);
