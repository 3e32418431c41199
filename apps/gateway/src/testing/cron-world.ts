/** A scheduler in a world of its own: a clock a test turns, files that fail where it says, runs accepted once each. */

import { setImmediate as settled } from "node:timers/promises";

import { silentLogger } from "@skykoi/log";

import type { JobOutcome } from "../cron/after-run.ts";
import type { CronFiles } from "../cron/cron-files.ts";
import { openJobStore, type JobStore } from "../cron/job-store.ts";
import { createRunHistory } from "../cron/run-history.ts";
import { createScheduler, type RunJob } from "../cron/scheduler.ts";
import type { Job } from "../cron/job.ts";

const OK: JobOutcome = { status: "ok", costUsd: 0, sessionKey: "cron:test", deliveryStatus: "not-requested" };

interface Executed {
  readonly runId: string;
  readonly slotMs: number;
  /** On the wall. */
  readonly atMs: number;
}

export interface CronWorld {
  readonly executed: Executed[];
  readonly wall: () => number;
  jobs(): ReadonlyMap<string, Job>;
  /** Starts, or starts again from what is on the disk. */
  boot(): Promise<void>;
  /** Time passes with the machine on. */
  pass(durationMs: number): Promise<void>;
  /** Nothing of the process is left; its timers are gone. */
  kill(): void;
  /** Time passes with the machine off, or the clock is set. */
  shift(deltaMs: number): void;
  /** The process dies at the n-th call of its files from now, before or after the effect. */
  dieAt(call: number, when: "before" | "after"): void;
  readonly alive: () => boolean;
  /** Until the process wakes by itself. */
  untilTimer(): number;
}

class Dead extends Error {}

export interface CronWorldOptions {
  readonly startMs: number;
  readonly jobs: readonly Job[];
  readonly run?: RunJob;
  readonly maxConcurrentRuns?: number;
}

export const createCronWorld = ({ startMs, jobs, run, maxConcurrentRuns = 1 }: CronWorldOptions): CronWorld => {
  let steady = 0;
  let offset = startMs;
  let text = JSON.stringify({ version: 1, jobs });
  const runs = new Map<string, string[]>();
  const executed: Executed[] = [];
  let life = 0;
  let timer: { readonly at: number; readonly fire: () => void } | undefined;
  let callsLeft = Infinity;
  let dies: "before" | "after" = "before";
  let current: JobStore | undefined;
  const wall = (): number => offset + steady;

  const kill = (): void => {
    life++;
    timer = undefined;
    current = undefined;
    callsLeft = Infinity;
  };

  /** Files of one process: a dead one writes nothing any more. */
  const filesOf = (mine: number): CronFiles => {
    const call = async <T>(effect: () => T): Promise<T> => {
      if (life !== mine) throw new Dead();
      const isLast = --callsLeft <= 0;
      if (isLast && dies === "before") kill();
      if (life !== mine) throw new Dead();
      const answer = effect();
      if (isLast) kill();
      if (life !== mine) throw new Dead();
      return answer;
    };
    return {
      path: "memory",
      readJobs: () => call(() => text),
      writeJobs: (next) => call(() => void (text = next)),
      quarantine: () => call(() => "aside"),
      readRuns: (id) => call(() => runs.get(id) ?? []),
      appendRun: (id, line) => call(() => void runs.set(id, [...(runs.get(id) ?? []), line])),
      jobsWithRuns: () => call(() => [...runs.keys()]),
      removeRuns: (id) => call(() => void runs.delete(id)),
    };
  };

  /** Stands for inbox and session: durable, each run id once. */
  const acceptOnce: RunJob = async (_job, { runId, slotMs }) => {
    if (!executed.some((before) => before.runId === runId)) executed.push({ runId, slotMs, atMs: wall() });
    return OK;
  };

  const boot = async (): Promise<void> => {
    const mine = life;
    const isMine = (): boolean => life === mine;
    const files = filesOf(mine);
    try {
      const store = await openJobStore({ files, health: { report: () => undefined }, now: wall, log: silentLogger });
      const scheduler = createScheduler({
        store,
        history: createRunHistory(files),
        run: async (job, claim, signal) => (isMine() ? (run ?? acceptOnce)(job, claim, signal) : undefined),
        timer: {
          set: (delayMs, fire) => {
            if (isMine()) timer = { at: steady + delayMs, fire };
          },
          clear: () => {
            if (isMine()) timer = undefined;
          },
        },
        now: wall,
        monotonic: () => steady,
        enabled: () => true,
        maxConcurrentRuns: () => maxConcurrentRuns,
        tell: () => undefined,
        onGone: async () => undefined,
        onStorageFailure: () => undefined,
        log: silentLogger,
      });
      current = store;
      scheduler.start();
    } catch (thrown) {
      if (!(thrown instanceof Dead)) throw thrown;
    }
    await flush();
  };

  return {
    executed,
    wall,
    jobs: () => current?.jobs() ?? new Map(),
    boot,
    pass: async (durationMs) => {
      const until = steady + durationMs;
      while (timer && timer.at <= until) {
        const { at, fire } = timer;
        timer = undefined;
        steady = Math.max(steady, at);
        fire();
        await flush();
      }
      steady = until;
      await flush();
    },
    kill,
    shift: (deltaMs) => {
      offset += deltaMs;
    },
    dieAt: (call, when) => {
      callsLeft = call;
      dies = when;
    },
    alive: () => current !== undefined,
    untilTimer: () => (timer ? timer.at - steady : Infinity),
  };
};

const flush = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await settled();
};
