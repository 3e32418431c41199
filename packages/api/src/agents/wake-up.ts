/** Waits until something happened, at most so long; what happened before the wait counts. */

export interface WakeUp {
  now(): void;
  /** Resolves at once when `now` was called since the last wait. */
  wait(timeoutMs: number): Promise<void>;
}

export const createWakeUp = (signal: AbortSignal): WakeUp => {
  let awake = false;
  let resume: (() => void) | undefined;
  const end = (): void => resume?.();
  signal.addEventListener("abort", end, { once: true });

  return {
    now: () => {
      awake = true;
      end();
    },
    wait: async (timeoutMs) => {
      if (!awake && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          timer = setTimeout(resolve, timeoutMs);
          resume = resolve;
        });
        clearTimeout(timer);
        resume = undefined;
      }
      awake = false;
    },
  };
};
