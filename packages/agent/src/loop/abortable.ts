/** Waits that end when a signal fires, whatever the other side does. */

import { setTimeout as delay } from "node:timers/promises";

export type Awaited<T> = { readonly aborted: false; readonly value: T } | { readonly aborted: true };

/** The value of `promise`, or `aborted` as soon as the signal fires. A later rejection has no reader and is dropped. */
export const untilAbort = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<Awaited<T>> => {
  const fired = Promise.withResolvers<Awaited<T>>();
  const onAbort = (): void => fired.resolve({ aborted: true });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([fired.promise, promise.then((value): Awaited<T> => ({ aborted: false, value }))]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};

/** False when the signal fired before the time was over. */
export const pause = (delayMs: number, signal: AbortSignal): Promise<boolean> =>
  delay(delayMs, undefined, { signal }).then(
    () => true,
    () => false,
  );
