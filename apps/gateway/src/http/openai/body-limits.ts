/** How large a request of the OpenAI API may be, and how long it may take to arrive. */

import type { BodyLimits } from "../json-body.ts";

export const BODY_LIMITS: BodyLimits = { maxBytes: 8 * 1024 * 1024, timeoutMs: 20_000 };
