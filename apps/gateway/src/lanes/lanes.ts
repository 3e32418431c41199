/** One job at a time in a lane, the rest behind it as `lane.ts` decides, and a limit over all lanes together. */

import { fault } from "@skykoi/fault";

import {
  allWaiting,
  arrive,
  emptyLane,
  finish,
  next,
  steer,
  unsteer,
  withdraw,
  type Joining,
  type LaneJob,
  type LanePolicy,
  type LaneState,
} from "./lane.ts";
import { createPlaces, type PlacesOptions } from "./places.ts";

export interface LanesOptions<J extends LaneJob> extends PlacesOptions {
  /** Read at each arrival. */
  readonly policy: () => LanePolicy;
  /** Must not reject: how a job failed is the job's own affair. `joining` are answered with it. */
  readonly run: (job: J, joining: readonly Joining<J>[], signal: AbortSignal) => Promise<void>;
  /** Told of jobs that had to make room: they will not run. */
  readonly onDropped: (job: J) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A place in a lane, taken before the work of accepting a job begins. */
interface Place<J extends LaneJob> {
  take(job: J): void;
  giveBack(): void;
}

export interface Lanes<J extends LaneJob> {
  /** Throws QUEUE_FULL where the newest message is the one to be dropped. */
  reserve(laneKey: string): Place<J>;
  /** Queues a job that was accepted in an earlier life: no limit applies. */
  restore(job: J): void;
  running(laneKey: string): J | undefined;
  /** Jobs that the running one took up. */
  joined(laneKey: string): readonly J[];
  /** In the order they will run. */
  waiting(laneKey: string): readonly J[];
  /** Takes the waiting jobs that the running one is to see now; they end with it. */
  steer(laneKey: string): readonly Joining<J>[];
  /** Those could not be taken up: they wait again. */
  unsteer(laneKey: string, jobs: readonly J[]): void;
  /** Takes the job out if it waits; it will not run. */
  withdraw(laneKey: string, id: string): J | undefined;
  /** Signals the running job, which may also be meant by the id of one it took up. */
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

interface Lane<J extends LaneJob> {
  state: LaneState<J>;
  controller: AbortController | undefined;
  reserved: number;
  timer: NodeJS.Timeout | undefined;
}

const NO_LIMIT: LanePolicy = { cap: Number.POSITIVE_INFINITY, drop: "newest", debounceMs: 0 };

export const createLanes = <J extends LaneJob>(options: LanesOptions<J>): Lanes<J> => {
  const { policy, run, now } = options;
  /** In the order in which lanes got work, which is the order of turns when the limit over all lanes holds some back. */
  const lanes = new Map<string, Lane<J>>();
  const places = createPlaces(options);
  let starting = false;
  const idleWaiters: (() => void)[] = [];

  const laneFor = (laneKey: string): Lane<J> => {
    const known = lanes.get(laneKey);
    if (known) return known;
    const lane: Lane<J> = { state: emptyLane(), controller: undefined, reserved: 0, timer: undefined };
    lanes.set(laneKey, lane);
    return lane;
  };

  const forgetIfEmpty = (laneKey: string, lane: Lane<J>): void => {
    if (lane.state.running || allWaiting(lane.state).length > 0 || lane.reserved > 0) return;
    clearTimeout(lane.timer);
    lanes.delete(laneKey);
  };

  const startWaiting = (): void => {
    if (!starting) return;
    for (const [laneKey, lane] of Array.from(lanes)) {
      if (!places.hasRoom(laneKey)) continue;
      const coming = next(lane.state, now());
      if (coming.kind === "wait") wakeAt(lane, coming.untilMs);
      if (coming.kind !== "start") continue;
      lane.state = coming.lane;
      void runJob(laneKey, lane, coming.job, coming.joining);
    }
  };

  const wakeAt = (lane: Lane<J>, untilMs: number): void => {
    clearTimeout(lane.timer);
    lane.timer = setTimeout(startWaiting, Math.max(1, untilMs - now()));
  };

  const runJob = async (laneKey: string, lane: Lane<J>, job: J, joining: readonly Joining<J>[]): Promise<void> => {
    const controller = new AbortController();
    lane.controller = controller;
    places.take(laneKey);
    try {
      await run(job, joining, controller.signal);
    } finally {
      lane.state = finish(lane.state);
      lane.controller = undefined;
      places.giveBack(laneKey);
      // To the end of the line, so that one busy lane cannot starve the others.
      lanes.delete(laneKey);
      lanes.set(laneKey, lane);
      forgetIfEmpty(laneKey, lane);
      startWaiting();
      if (places.taken() === 0) for (const resolve of idleWaiters.splice(0)) resolve();
    }
  };

  const enqueue = (job: J, limits: LanePolicy): void => {
    const lane = laneFor(job.laneKey);
    const { lane: state, interrupts, dropped } = arrive(lane.state, job, limits, now());
    lane.state = state;
    if (interrupts) lane.controller?.abort(fault("ABORTED"));
    startWaiting();
    for (const one of dropped) options.onDropped(one);
  };

  return {
    reserve: (laneKey) => {
      const lane = laneFor(laneKey);
      if (isFull(lane, policy())) {
        throw fault("QUEUE_FULL", {
          message: `${lane.state.waiting.length + lane.reserved} messages are already waiting in this session. Try again when some are answered.`,
        });
      }
      return placeIn(lane, {
        taken: (job) => enqueue(job, policy()),
        givenBack: () => forgetIfEmpty(laneKey, lane),
      });
    },
    restore: (job) => enqueue(job, NO_LIMIT),
    running: (laneKey) => lanes.get(laneKey)?.state.running?.job,
    joined: (laneKey) => lanes.get(laneKey)?.state.running?.joined ?? [],
    waiting: (laneKey) => {
      const lane = lanes.get(laneKey);
      return lane ? allWaiting(lane.state) : [];
    },
    steer: (laneKey) => {
      const lane = lanes.get(laneKey);
      if (!lane) return [];
      const { lane: state, joining } = steer(lane.state);
      lane.state = state;
      return joining;
    },
    unsteer: (laneKey, jobs) => {
      const lane = lanes.get(laneKey);
      if (lane) lane.state = unsteer(lane.state, jobs);
    },
    withdraw: (laneKey, id) => {
      const lane = lanes.get(laneKey);
      if (!lane) return undefined;
      const { lane: state, job } = withdraw(lane.state, id);
      lane.state = state;
      forgetIfEmpty(laneKey, lane);
      return job;
    },
    abort: (laneKey, id, reason) => {
      const lane = lanes.get(laneKey);
      const running = lane?.state.running;
      if (!running || ![running.job, ...running.joined].some((job) => job.id === id)) return false;
      lane.controller?.abort(reason);
      return true;
    },
    abortAll: (reason) => {
      for (const lane of lanes.values()) lane.controller?.abort(reason);
    },
    counts: () => ({ running: places.taken(), waiting: countWaiting(lanes.values()) }),
    start: () => {
      starting = true;
      startWaiting();
    },
    stop: () => {
      starting = false;
      for (const lane of lanes.values()) clearTimeout(lane.timer);
    },
    whenIdle: () => (places.taken() === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
  };
};

const isFull = <J extends LaneJob>({ state, reserved }: Lane<J>, { cap, drop }: LanePolicy): boolean =>
  drop === "newest" && (state.running ? 1 : 0) + state.waiting.length + reserved > cap;

const placeIn = <J extends LaneJob>(
  lane: Lane<J>,
  { taken, givenBack }: { readonly taken: (job: J) => void; readonly givenBack: () => void },
): Place<J> => {
  lane.reserved++;
  let held = true;
  const release = (): void => {
    if (held) lane.reserved--;
    held = false;
  };
  return {
    take: (job) => {
      release();
      taken(job);
    },
    giveBack: () => {
      release();
      givenBack();
    },
  };
};

const countWaiting = <J extends LaneJob>(lanes: Iterable<Lane<J>>): number => {
  let waiting = 0;
  for (const { state } of lanes) waiting += allWaiting(state).length;
  return waiting;
};
