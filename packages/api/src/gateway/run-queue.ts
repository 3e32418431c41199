/**
 * What a run said and a slow reader has not taken yet. Deltas in a row become one, and of a tool's output so far only
 * the newest is kept: what waits grows with the answer, not with the time a reader takes.
 */

import { isEnd, type RunEvent } from "./run-event.ts";

export interface RunQueue {
  /** After the end of the run nothing more is taken. */
  push(event: RunEvent): void;
  readonly ended: boolean;
  /** Everything up to and with the end of the run, or until the reader's signal fires. */
  read(signal: AbortSignal): AsyncGenerator<RunEvent>;
}

export const createRunQueue = (): RunQueue => {
  const waiting: RunEvent[] = [];
  let ended = false;
  let resume: (() => void) | undefined;
  const wake = (): void => resume?.();

  return {
    get ended() {
      return ended;
    },
    push: (event) => {
      if (ended) return;
      ended = isEnd(event);
      const last = waiting.at(-1);
      const joined = last && join(last, event);
      if (joined) waiting[waiting.length - 1] = joined;
      else waiting.push(event);
      wake();
    },
    async *read(signal) {
      signal.addEventListener("abort", wake, { once: true });
      try {
        while (!signal.aborted) {
          const next = waiting.shift();
          if (next) {
            yield next;
            continue;
          }
          if (ended) return;
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
        }
      } finally {
        signal.removeEventListener("abort", wake);
      }
    },
  };
};

/** One event that says what both said; undefined where there is none. */
const join = (earlier: RunEvent, later: RunEvent): RunEvent | undefined => {
  if (earlier.event === "delta" && later.event === "delta") {
    return { event: "delta", data: { text: earlier.data.text + later.data.text } };
  }
  return isUpdate(earlier) && isUpdate(later) && earlier.data.toolCallId === later.data.toolCallId ? later : undefined;
};

const isUpdate = (event: RunEvent): event is Extract<RunEvent, { event: "tool" }> =>
  event.event === "tool" && event.data.phase === "update";
