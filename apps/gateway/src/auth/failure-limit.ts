/**
 * Slows down a peer that guesses tokens: after some failures in a window it is refused without a comparison. This
 * machine itself may fail more often: the platform and every tool share its address, and one of them with an old token
 * must not soon lock out the others.
 */

export interface FailureLimitOptions {
  readonly maxFailures: number;
  readonly windowMs: number;
  readonly now: () => number;
  /** Peers remembered at most; the one that failed longest ago is forgotten first. */
  readonly maxPeers?: number;
}

export interface FailureLimit {
  /** Milliseconds until this peer may try again; 0 when it may now. */
  retryAfterMs(peer: string): number;
  recordFailure(peer: string): void;
}

export const createFailureLimit = ({
  maxFailures,
  windowMs,
  now,
  maxPeers = 4096,
}: FailureLimitOptions): FailureLimit => {
  /** Times of the latest failures, oldest first; at most `maxFailures` a peer. */
  const failures = new Map<string, readonly number[]>();

  const recent = (peer: string): readonly number[] =>
    (failures.get(peer) ?? []).filter((failedAt) => failedAt > now() - windowMs);

  const maxOf = (peer: string): number => (isThisMachine(peer) ? maxFailures * LOCAL_FACTOR : maxFailures);

  return {
    retryAfterMs: (peer) => {
      const [oldest, ...others] = recent(peer);
      return oldest === undefined || others.length + 1 < maxOf(peer) ? 0 : oldest + windowMs - now();
    },
    recordFailure: (peer) => {
      const kept = [...recent(peer), now()].slice(-maxOf(peer));
      failures.delete(peer);
      failures.set(peer, kept);
      const [forgotten] = failures.keys();
      if (failures.size > maxPeers && forgotten !== undefined) failures.delete(forgotten);
    },
  };
};

const LOCAL_FACTOR = 30;

const isThisMachine = (peer: string): boolean => peer === "::1" || /^127(\.\d{1,3}){3}$/.test(peer);
