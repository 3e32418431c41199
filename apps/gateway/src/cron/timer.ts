/** The one timer of a part that waits for moments, as a port: a test turns its clock itself. */

export interface Timer {
  /** Takes the place of what was set before. */
  set(delayMs: number, fire: () => void): void;
  clear(): void;
}

/** Does not keep the process alive. */
export const createTimer = (): Timer => {
  let handle: NodeJS.Timeout | undefined;
  return {
    set: (delayMs, fire) => {
      clearTimeout(handle);
      handle = setTimeout(fire, delayMs).unref();
    },
    clear: () => clearTimeout(handle),
  };
};
