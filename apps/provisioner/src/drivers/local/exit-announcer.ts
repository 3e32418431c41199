/**
 * Tells the listeners that a process has ended. Ctrl-C reaches the whole process group: instances then end cleanly on
 * their own, a moment before this process closes its driver. So a clean end is told only after a grace, and not at all
 * when it is withdrawn within it.
 */

export interface ExitAnnouncer {
  announce(instanceId: string, options: { readonly isClean: boolean }): void;
  /** True when the end was not told yet, and now never will be. */
  withdraw(instanceId: string): boolean;
  /** Ids whose end was not told yet. */
  untold(): string[];
  subscribe(listener: (instanceId: string) => void): () => void;
  close(): void;
}

export const createExitAnnouncer = ({ graceMs }: { readonly graceMs: number }): ExitAnnouncer => {
  const listeners = new Set<(instanceId: string) => void>();
  const waiting = new Map<string, NodeJS.Timeout>();

  const tell = (instanceId: string): void => {
    waiting.delete(instanceId);
    for (const listener of listeners) listener(instanceId);
  };

  const withdraw = (instanceId: string): boolean => {
    clearTimeout(waiting.get(instanceId));
    return waiting.delete(instanceId);
  };

  return {
    announce: (instanceId, { isClean }) => {
      withdraw(instanceId);
      if (isClean) waiting.set(instanceId, setTimeout(tell, graceMs, instanceId).unref());
      else tell(instanceId);
    },
    withdraw,
    untold: () => [...waiting.keys()],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      listeners.clear();
      for (const instanceId of waiting.keys()) withdraw(instanceId);
    },
  };
};
