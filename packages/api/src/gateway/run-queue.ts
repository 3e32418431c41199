/** What a run said and a slow reader has not taken yet; deltas in a row become one, so text never piles up as frames. */

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
      if (event.event === "delta" && last?.event === "delta") {
        waiting[waiting.length - 1] = { event: "delta", data: { text: last.data.text + event.data.text } };
      } else {
        waiting.push(event);
      }
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
