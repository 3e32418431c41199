/** A fault as the error of a response frame: everything a client may know, nothing else. */

import type { Fault } from "@skykoi/fault";
import type { FrameError } from "@skykoi/protocol";

export const toFrameError = (fault: Fault): FrameError => ({
  code: fault.code,
  message: fault.message,
  retryable: fault.retryable,
  ...(fault.details !== undefined && { details: fault.details }),
  ...(fault.retryAfterMs !== undefined && { retryAfterMs: Math.ceil(fault.retryAfterMs) }),
});
