/** Group commit: what is pushed while a commit is under way shares the next one, in the order of pushing. */

export interface CommitQueue<T> {
  /** Resolves when the batch that holds `item` is committed; rejects with the reason when it is not. */
  push(item: T): Promise<void>;
  /** Resolves when nothing is waiting. Never rejects. */
  idle(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** `commit` takes a batch as a whole or throws; batches never overlap. */
export const createCommitQueue = <T>(commit: (batch: readonly T[]) => Promise<void>): CommitQueue<T> => {
  let waiting: Waiting<T>[] = [];
  let draining: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await commit(batch.map(({ item }) => item)).then(
        () => batch.forEach(({ resolve }) => resolve()),
        (reason: unknown) => batch.forEach(({ reject }) => reject(reason)),
      );
    }
    draining = undefined;
  };

  return {
    push: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // One microtask later, so that pushes of the same moment are one batch.
        draining ??= Promise.resolve().then(drain);
      }),
    idle: () => draining ?? Promise.resolve(),
  };
};
