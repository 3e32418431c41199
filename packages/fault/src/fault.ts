/** The error every part of SkyKoi throws: a code, a sentence for the user, a detail for the log. */

import { FAULTS, type FaultCode } from "./codes.ts";
import { hasErrno } from "./errno.ts";

const brand = Symbol.for("skykoi.fault");

export interface FaultOptions {
  /** One or two sentences that are safe and useful to show to the user. Default: the catalogue's. */
  message?: string;
  /** For the log only: ids, paths, upstream answers. Never a secret. */
  detail?: string;
  /** Overrides the catalogue's retryability where the thrower knows better. */
  retryable?: boolean;
  retryAfterMs?: number;
  /** Structured, safe to show: for example the invalid fields. */
  details?: unknown;
  cause?: unknown;
}

export class Fault extends Error {
  readonly [brand] = true;
  readonly code: FaultCode;
  readonly detail: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: unknown;

  constructor(code: FaultCode, options: FaultOptions = {}) {
    super(options.message ?? FAULTS[code].message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.detail = options.detail;
    this.retryable = options.retryable ?? FAULTS[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  get status(): number {
    return FAULTS[this.code].status;
  }
}

export const fault = (code: FaultCode, options?: FaultOptions): Fault => new Fault(code, options);

/** Recognized by brand, so that a fault from another copy of this module (a bundle) counts too. */
export const isFault = (value: unknown): value is Fault =>
  typeof value === "object" && value !== null && brand in value;

/** Any thrown value as a fault; what is not one already becomes INTERNAL with the original as detail. */
export const toFault = (thrown: unknown): Fault => {
  if (isFault(thrown)) return thrown;
  if (hasErrno(thrown, ...STORAGE_ERRNOS))
    return new Fault("STORAGE_FAILED", { detail: describeThrown(thrown), cause: thrown });
  return new Fault("INTERNAL", { detail: describeThrown(thrown), cause: thrown });
};

/** What a thrown value says, for a log line. */
export const describeThrown = (thrown: unknown): string => {
  if (isFault(thrown)) return thrown.detail ? `${thrown.message} (${thrown.detail})` : thrown.message;
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return String(thrown);
};

/** The disk is full, read-only or broken. */
const STORAGE_ERRNOS = ["ENOSPC", "EDQUOT", "EROFS", "EIO"];
