/** One job at a time in a lane, the rest in order behind it, and a limit over all lanes together. */

import { fault } from "@skykoi/fault";

export interface LaneJob {
  readonly id: string;
  /** Jobs with the same key never run at the same time. */
  readonly laneKey: string;
}

export interface LanesOptions<J extends LaneJob> {
  /** Jobs running at the same time over all lanes. */
  readonly maxConcurrent: number;
  /** Jobs waiting in one lane behind the running one. */
  readonly maxWaiting: number;
  /** Must not reject: how a job failed is the job's own affair. */
  readonly run: (job: J, signal: AbortSignal) => Promise<void>;
}

/** A place in a lane, taken before the work of accepting a job begins. */
interface Place<J extends LaneJob> {
  take(job: J): void;
  giveBack(): void;
}

export interface Lanes<J extends LaneJob> {
  /** Throws QUEUE_FULL. */
  reserve(laneKey: string): Place<J>;
  /** Queues a job that was accepted in an earlier life: no limit applies. */
  restore(job: J): void;
  running(laneKey: string): J | undefined;
  /** In the order they will run. */
  waiting(laneKey: string): readonly J[];
  /** Takes the job out if it waits; it will not run. */
  withdraw(laneKey: string, id: string): J | undefined;
  /** Signals the job if it runs. */
  abort(laneKey: string, id: string, reason: unknown): boolean;
  abortAll(reason: unknown): void;
  readonly counts: () => { running: number; waiting: number };
  /** Until the first call nothing starts: jobs can be restored in peace. */
  start(): void;
  /** From now on nothing starts. */
  stop(): void;
  /** Resolves when nothing runs. */
  whenIdle(): Promise<void>;
}

interface Lane<J> {
  running: { readonly job: J; readonly controller: AbortController } | undefined;
  waiting: J[];
  reserved: number;
}

export const createLanes = <J extends LaneJob>({ maxConcurrent, maxWaiting, run }: LanesOptions<J>): Lanes<J> => {
  /** In the order in which lanes got work, which is the order of turns when the limit over all lanes holds some back. */
  const lanes = new Map<string, Lane<J>>();
  let runningCount = 0;
  let starting = false;
  let idleWaiters: (() => void)[] = [];

  const laneFor = (laneKey: string): Lane<J> => {
    const known = lanes.get(laneKey);
    if (known) return known;
    const lane: Lane<J> = { running: undefined, waiting: [], reserved: 0 };
    lanes.set(laneKey, lane);
    return lane;
  };

  const forgetIfEmpty = (laneKey: string, lane: Lane<J>): void => {
    if (!lane.running && lane.waiting.length === 0 && lane.reserved === 0) lanes.delete(laneKey);
  };

  const startWaiting = (): void => {
    if (!starting) return;
    for (const [laneKey, lane] of Array.from(lanes)) {
      if (runningCount >= maxConcurrent) return;
      const job = lane.running ? undefined : lane.waiting.shift();
      if (job) void runJob(laneKey, lane, job);
    }
  };

  const runJob = async (laneKey: string, lane: Lane<J>, job: J): Promise<void> => {
    const controller = new AbortController();
    lane.running = { job, controller };
    runningCount++;
    try {
      await run(job, controller.signal);
    } finally {
      lane.running = undefined;
      runningCount--;
      // To the end of the line, so that one busy lane cannot starve the others.
      lanes.delete(laneKey);
      lanes.set(laneKey, lane);
      forgetIfEmpty(laneKey, lane);
      startWaiting();
      if (runningCount === 0) {
        for (const resolve of idleWaiters) resolve();
        idleWaiters = [];
      }
    }
  };

  const enqueue = (job: J): void => {
    laneFor(job.laneKey).waiting.push(job);
    startWaiting();
  };

  return {
    reserve: (laneKey) => {
      const lane = laneFor(laneKey);
      const inside = (lane.running ? 1 : 0) + lane.waiting.length + lane.reserved;
      if (inside > maxWaiting) {
        throw fault("QUEUE_FULL", {
          message: `${lane.waiting.length + lane.reserved} messages are already waiting in this session. Try again when some are answered.`,
        });
      }
      lane.reserved++;
      let held = true;
      const release = (): void => {
        if (held) lane.reserved--;
        held = false;
      };
      return {
        take: (job) => {
          release();
          enqueue(job);
        },
        giveBack: () => {
          release();
          forgetIfEmpty(laneKey, lane);
        },
      };
    },
    restore: enqueue,
    running: (laneKey) => lanes.get(laneKey)?.running?.job,
    waiting: (laneKey) => lanes.get(laneKey)?.waiting ?? [],
    withdraw: (laneKey, id) => {
      const lane = lanes.get(laneKey);
      const job = lane?.waiting.find((waiting) => waiting.id === id);
      if (!lane || !job) return undefined;
      lane.waiting = lane.waiting.filter((waiting) => waiting !== job);
      forgetIfEmpty(laneKey, lane);
      return job;
    },
    abort: (laneKey, id, reason) => {
      const running = lanes.get(laneKey)?.running;
      if (running?.job.id !== id) return false;
      running.controller.abort(reason);
      return true;
    },
    abortAll: (reason) => {
      for (const lane of lanes.values()) lane.running?.controller.abort(reason);
    },
    counts: () => {
      let waiting = 0;
      for (const lane of lanes.values()) waiting += lane.waiting.length;
      return { running: runningCount, waiting };
    },
    start: () => {
      starting = true;
      startWaiting();
    },
    stop: () => {
      starting = false;
    },
    whenIdle: () => (runningCount === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
  };
};
