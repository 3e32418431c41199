/** Sends a message to an agent and follows its run to the end, across lost connections and restarts of the gateway. */

import { FAULTS } from "@skykoi/fault";

import { gatewayFault } from "./call-gateway.ts";
import type { GatewayLease } from "./gateway-pool.ts";
import { runError, runEventOf, type RunEvent } from "./run-event.ts";
import { runOutcome } from "./run-outcome.ts";
import { createRunQueue } from "./run-queue.ts";
import { watchConnection } from "./watch-connection.ts";

export interface StartRunOptions {
  readonly sessionKey: string;
  readonly text: string;
  /** The idempotency key; the gateway uses it as the id of the run. */
  readonly runId: string;
  readonly sendTimeoutMs: number;
  /** A run that has not ended by then is no longer followed; it goes on. */
  readonly followTimeoutMs: number;
  /** How long a lost connection may take to come back. */
  readonly reconnectTimeoutMs: number;
}

const HISTORY_LIMIT = 1_000;

/**
 * Resolves once the gateway has accepted the message; from then on it is durable and the run is independent of the
 * reader. Takes over the lease and releases it when the run has ended or the reader is gone.
 */
export const startRun = async (
  lease: GatewayLease,
  options: StartRunOptions,
): Promise<(signal: AbortSignal) => AsyncGenerator<RunEvent>> => {
  const { client } = lease;
  const { sessionKey, runId } = options;
  const queue = createRunQueue();
  const cleanUps: (() => void)[] = [() => lease.release()];
  const stop = (): void => {
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
  };
  const push = (event: RunEvent): void => {
    queue.push(event);
    if (queue.ended) stop();
  };
  const readOutcome = async (): Promise<void> => {
    const history = await client.request("chat.history", { sessionKey, limit: HISTORY_LIMIT });
    const outcome = runOutcome(history, runId);
    if (outcome) push(outcome);
  };

  try {
    // Listening begins before sending: an answer can be faster than the acknowledgement. It is shown after it.
    let show = (event: RunEvent): void => void early.push(event);
    const early: RunEvent[] = [];
    cleanUps.push(
      client.on((frame) => {
        const event = runEventOf(frame, runId);
        if (event) show(event);
      }),
    );
    const { status } = await client.request(
      "chat.send",
      { sessionKey, message: options.text, idempotencyKey: runId },
      { timeoutMs: options.sendTimeoutMs },
    );
    show = push;
    for (const event of [{ event: "accepted", data: { runId } } satisfies RunEvent, ...early]) push(event);
    // The same message was sent before, and its run has ended.
    if (status === "ok" && !queue.ended) await readOutcome();
  } catch (error) {
    stop();
    throw gatewayFault(error);
  }

  if (!queue.ended) {
    const onLost = (): void => push(LOST);
    const onGap = (): void => void readOutcome().catch(onLost);
    const lateTimer = setTimeout(() => push(LATE), options.followTimeoutMs);
    cleanUps.push(
      () => clearTimeout(lateTimer),
      watchConnection(client, { onGap, onLost, reconnectTimeoutMs: options.reconnectTimeoutMs }),
    );
    // The connection may have been closed before it was watched.
    if (queue.ended) stop();
  }

  return async function* read(signal) {
    try {
      yield* queue.read(signal);
    } finally {
      stop();
    }
  };
};

const LOST = runError("AGENT_UNREACHABLE", FAULTS.AGENT_UNREACHABLE.message);
const LATE = runError("TIMEOUT", "The agent is still working on this. Its answer will be in the conversation.");
