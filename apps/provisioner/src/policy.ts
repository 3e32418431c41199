/** The provisioner's limits and delays, in one place: how long it waits, how often it tries, when it gives up. */

export interface Policy {
  /** Launches of one generation, or restarts in a row, before the instance is given up. */
  readonly maxAttempts: number;
  /** How long a worker may be busy with a launch before another one may take it over. */
  readonly launchLeaseMs: number;
  /** From the launch to the enrolment. */
  readonly bootLimitMs: number;
  /** From the enrolment to the first answer. */
  readonly verifyLimitMs: number;
  /** From the start of a known instance to its first answer. */
  readonly startLimitMs: number;
  /** Between two health checks of an instance that answers. */
  readonly healthIntervalMs: number;
  /** After one missed check, before the second one decides. */
  readonly missedCheckRetryMs: number;
  /** A gateway that runs and has not answered for so long is restarted. */
  readonly hungLimitMs: number;
  /** After so long without a failure the count of restarts begins anew. */
  readonly stableAfterMs: number;
  /** When the driver cannot say what it sees. */
  readonly unknownRetryMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_POLICY: Policy = {
  maxAttempts: 5,
  launchLeaseMs: 30_000,
  bootLimitMs: 60_000,
  verifyLimitMs: 30_000,
  startLimitMs: 60_000,
  healthIntervalMs: 5_000,
  missedCheckRetryMs: 1_000,
  hungLimitMs: 60_000,
  stableAfterMs: 60_000,
  unknownRetryMs: 2_000,
  minBackoffMs: 1_000,
  maxBackoffMs: 60_000,
};

/** Exponential: the delay after failed attempt `attempt` (from 1), before jitter. */
export const backoffMs = (attempt: number, policy: Policy): number =>
  Math.min(policy.maxBackoffMs, policy.minBackoffMs * 2 ** Math.max(0, attempt - 1));

/** Looks often at first and less often later: a quarter of the time already waited, from 50 ms to 1 s. */
export const pollDelayMs = (waitedMs: number): number => Math.min(1_000, Math.max(50, waitedMs / 4));
