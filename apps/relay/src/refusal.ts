/** How a refused client learns why: the fault it is shown, and the close code that goes with it. */

import { fault, type Fault } from "@skykoi/fault";
import { CLOSE } from "@skykoi/protocol/wire";
import type { WebSocket } from "ws";

import { closeSoon } from "./close-soon.ts";
import { refusalFrame } from "./connect-frame.ts";

const MAX_REASON_BYTES = 123;

/** Answers the `connect` when there was one, and closes. */
export const refuse = (webSocket: WebSocket, connectId: string | undefined, thrown: Fault, timeoutMs: number): void => {
  const shown = toShown(thrown);
  if (webSocket.readyState !== webSocket.OPEN) return;
  if (connectId !== undefined) webSocket.send(refusalFrame(connectId, shown));
  closeSoon(webSocket, { code: closeCodeOf(shown), reason: reasonOf(shown.message) }, timeoutMs);
};

/** As much of the sentence as a close frame holds. */
const reasonOf = (message: string): string =>
  Buffer.byteLength(message) <= MAX_REASON_BYTES ? message : `${message.slice(0, MAX_REASON_BYTES / 3)}…`;

/** An agent that is not there yet, or not in time, is one that cannot be reached; the ticket of a deleted one is void. */
const toShown = (thrown: Fault): Fault => {
  switch (thrown.code) {
    case "AGENT_NOT_READY":
      return fault("AGENT_UNREACHABLE", { message: thrown.message, retryable: thrown.retryable });
    case "TIMEOUT":
      return fault("AGENT_UNREACHABLE");
    case "NOT_FOUND":
      return fault("TICKET_REFUSED");
    default:
      return thrown;
  }
};

const closeCodeOf = ({ code }: Fault): number => {
  switch (code) {
    case "AGENT_UNREACHABLE":
    case "RATE_LIMITED":
      return CLOSE.slowConsumer;
    case "PAYLOAD_TOO_LARGE":
      return CLOSE.tooBig;
    case "INTERNAL":
      return CLOSE.internal;
    default:
      return CLOSE.policy;
  }
};
