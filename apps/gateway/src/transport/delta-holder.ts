/** For a client that does not keep up: pieces of an answer are held back and leave as one. Nothing else is, and none is lost. */

import type { ChatEvent } from "@skykoi/protocol";

import type { OutgoingEvent } from "../events/event-hub.ts";

export type Delta = Extract<ChatEvent, { state: "delta" }>;

export interface DeltaHolder {
  hold(event: OutgoingEvent, delta: Delta): void;
  /** Before anything else is sent, so that the order is kept. */
  readonly flush: () => void;
}

interface Held {
  readonly event: OutgoingEvent;
  readonly first: Delta;
  readonly last: Delta;
  readonly pieces: string[];
}

export const createDeltaHolder = (send: (event: OutgoingEvent) => void): DeltaHolder => {
  let held: Held | undefined;

  const flush = (): void => {
    if (!held) return;
    const { event, first, last, pieces } = held;
    held = undefined;
    if (first === last) return send(event);
    const joined = { ...last, fromSeq: first.seq, deltaText: pieces.join("") };
    send({ ...event, payloadJson: JSON.stringify(joined) });
  };

  return {
    hold: (event, delta) => {
      const follows = held?.last.runId === delta.runId && held.last.seq + 1 === delta.seq;
      if (!follows) flush();
      const pieces = held?.pieces ?? [];
      pieces.push(delta.deltaText);
      held = { event, first: held?.first ?? delta, last: delta, pieces };
    },
    flush,
  };
};
