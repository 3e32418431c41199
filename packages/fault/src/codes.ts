/** The one catalogue of failures: what each code means at every edge of the product. */

export type FaultCode = keyof typeof FAULTS;

export interface FaultSpec {
  /** HTTP status at an HTTP edge. */
  readonly status: number;
  /** Whether the same request may succeed later without a change by the caller. */
  readonly retryable: boolean;
  /** The sentence shown when the thrower has no better one. Safe for any user. */
  readonly message: string;
}

const spec = (status: number, retryable: boolean, message: string): FaultSpec => ({
  status,
  retryable,
  message,
});

export const FAULTS = {
  // Requests
  INVALID_REQUEST: spec(400, false, "The request is not valid."),
  UNAUTHENTICATED: spec(401, false, "Sign in to continue."),
  FORBIDDEN: spec(403, false, "Your role does not allow this."),
  NOT_FOUND: spec(404, false, "There is nothing at this address."),
  METHOD_NOT_ALLOWED: spec(405, false, "This address does not take that method."),
  CONFLICT: spec(409, false, "This changed in the meantime. Reload and try again."),
  PAYLOAD_TOO_LARGE: spec(413, false, "The request is too large."),
  HOST_UNKNOWN: spec(
    421,
    false,
    "SkyKoi does not answer under this name. Open it at its own address, or set SKYKOI_PUBLIC_URL to this one.",
  ),
  UNSUPPORTED_MEDIA_TYPE: spec(415, false, "Send the request body as application/json."),
  RATE_LIMITED: spec(429, true, "Too many requests. Wait a moment and try again."),
  ABORTED: spec(499, false, "The request was stopped before it finished."),

  // Platform
  AGENT_LIMIT_REACHED: spec(402, false, "Your plan's number of agents is used up."),
  AGENT_NOT_READY: spec(409, true, "The agent is not ready yet."),
  AGENT_UNREACHABLE: spec(503, true, "The agent does not answer right now. Nothing you sent before is lost."),
  ENROLMENT_REFUSED: spec(401, false, "The enrolment token is wrong, used or expired."),
  TICKET_REFUSED: spec(401, false, "The ticket is wrong, used or expired."),
  LAUNCH_FAILED: spec(500, true, "The instance could not be started."),

  // Processes
  CONFIG_INVALID: spec(400, false, "The configuration is not valid."),
  PORT_IN_USE: spec(500, false, "The port is already in use."),
  DATA_DIR_LOCKED: spec(500, false, "The data directory is in use by another process."),
  DATA_DIR_CORRUPT: spec(500, false, "The data directory cannot be read."),
  PROGRAM_MISSING: spec(500, false, "A program that is needed is not installed."),
  STORAGE_FAILED: spec(507, true, "The disk refused a write. Nothing was accepted."),
  INTERNAL: spec(500, false, "An unexpected fault was recorded. What was saved before is safe."),
  UNAVAILABLE: spec(503, true, "This part is not available right now."),
  TIMEOUT: spec(504, true, "The answer took too long."),

  // Gateway
  PROTOCOL_MISMATCH: spec(400, false, "Client and gateway speak no common protocol version."),
  QUEUE_FULL: spec(429, true, "Too many messages are waiting in this session."),
  RUN_INTERRUPTED: spec(
    503,
    false,
    "The gateway restarted while this was running. Send the message again to continue.",
  ),
  SPEND_LIMIT_REACHED: spec(402, false, "A limit on what the agent may spend is reached."),
  RUN_LIMIT_REACHED: spec(500, false, "The agent took too many steps without coming to an answer."),

  // Models
  MODEL_NOT_FOUND: spec(400, false, "The configured model does not exist."),
  MODEL_AUTH_FAILED: spec(502, false, "The model provider refused the credentials."),
  MODEL_THROTTLED: spec(429, true, "The model provider is limiting requests. Try again shortly."),
  MODEL_OVERLOADED: spec(503, true, "The model provider is overloaded. Try again shortly."),
  MODEL_REQUEST_REFUSED: spec(400, false, "The model provider refused the request."),
  MODEL_CONTEXT_TOO_LONG: spec(400, false, "The conversation is longer than the model can read."),
  MODEL_STREAM_BROKEN: spec(502, true, "The model's answer broke off."),
} as const satisfies Record<string, FaultSpec>;

export const isFaultCode = (value: unknown): value is FaultCode =>
  typeof value === "string" && Object.hasOwn(FAULTS, value);
