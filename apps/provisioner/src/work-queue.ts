/** Runs one piece of work per key at a time, a bounded number of keys at once, and never forgets a key asked for. */

export interface WorkQueue {
  /** Work on the key soon. Asked for while it is worked on, it is worked on once more afterwards. */
  add(key: string): void;
  /** Takes no more keys, drops those that wait, and resolves when running work has ended. */
  stop(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly concurrency: number;
  /** Must not throw. True asks for the same key again at once. */
  readonly work: (key: string) => Promise<boolean>;
}

export const createWorkQueue = ({ concurrency, work }: WorkQueueOptions): WorkQueue => {
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  const run = async (key: string): Promise<void> => {
    const again = await work(key);
    running.delete(key);
    if (again) add(key);
    fill();
  };

  const fill = (): void => {
    for (const key of waiting) {
      if (running.size >= concurrency) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.set(
        key,
        Promise.resolve().then(() => run(key)),
      );
    }
  };

  const add = (key: string): void => {
    if (stopped) return;
    waiting.add(key);
    fill();
  };

  return {
    add,
    stop: async () => {
      stopped = true;
      waiting.clear();
      await Promise.all(running.values());
    },
  };
};
