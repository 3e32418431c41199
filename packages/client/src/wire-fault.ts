/** Errors of the wire as faults, so that callers handle one kind of error. */

import { fault, isFaultCode, type Fault } from "@skykoi/fault";
import type { FrameError } from "@skykoi/protocol/wire";

/** A code this version does not know becomes INTERNAL; its sentence is kept. */
export const wireFault = ({ code, message, details, retryable, retryAfterMs }: FrameError): Fault =>
  fault(isFaultCode(code) ? code : "INTERNAL", {
    message,
    ...(isFaultCode(code) ? {} : { detail: `the gateway answered ${code}` }),
    ...(details === undefined ? {} : { details }),
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** The connection is gone; what was sent may or may not have arrived. */
export const connectionLost = (detail: string): Fault => fault("AGENT_UNREACHABLE", { detail });
