import { isFault } from "@skykoi/fault";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import type { DropPolicy, LaneJob, QueueMode } from "./lane.ts";
import { createLanes } from "./lanes.ts";

interface Job extends LaneJob {
  readonly number: number;
}

/** Lanes whose jobs end when the test says so. */
const setup = (options: { maxConcurrent?: number; maxWaiting?: number; drop?: DropPolicy } = {}) => {
  const running = new Map<string, { job: Job; signal: AbortSignal; end: () => void }>();
  const started: string[] = [];
  const dropped: string[] = [];
  const lanes = createLanes<Job>({
    maxConcurrent: options.maxConcurrent ?? 4,
    policy: () => ({ cap: options.maxWaiting ?? 20, drop: options.drop ?? "newest", debounceMs: 10 }),
    onDropped: (job) => void dropped.push(job.id),
    now: Date.now,
    run: async (job, _joining, signal) => {
      const gate = Promise.withResolvers<void>();
      if ([...running.values()].some((other) => other.job.laneKey === job.laneKey)) throw new Error("two in one lane");
      running.set(job.id, { job, signal, end: gate.resolve });
      started.push(job.id);
      await gate.promise;
      running.delete(job.id);
    },
  });
  lanes.start();
  let count = 0;
  const add = (laneKey: string, mode: QueueMode = "followup"): string => {
    const number = ++count;
    const id = `${laneKey}${number}`;
    lanes.reserve(laneKey).take({ id, laneKey, number, mode });
    return id;
  };
  const end = async (id: string): Promise<void> => {
    running.get(id)?.end();
    await settled();
  };
  return { lanes, running, started, dropped, add, end };
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe("lanes", () => {
  it("run every job once, one at a time a lane, in order, never more than the limit", async () => {
    const script = fc.array(fc.record({ lane: fc.constantFrom("a", "b", "c"), end: fc.nat() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 3 }), async (steps, maxConcurrent) => {
        const { running, started, add, end } = setup({ maxConcurrent, maxWaiting: 100 });
        const added: string[] = [];
        for (const step of steps) {
          added.push(add(step.lane));
          expect(running.size).toBeLessThanOrEqual(maxConcurrent);
          const ids = [...running.keys()];
          const chosen = step.end % 2 === 0 ? ids[step.end % ids.length] : undefined;
          if (chosen !== undefined) await end(chosen);
        }
        for (let id = [...running.keys()][0]; id !== undefined; id = [...running.keys()][0]) await end(id);
        expect(started.toSorted()).toEqual(added.toSorted());
        for (const lane of ["a", "b", "c"]) {
          expect(started.filter((id) => id.startsWith(lane))).toEqual(added.filter((id) => id.startsWith(lane)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("refuse a job when the lane is full, and take one again when there is room", async () => {
    const { lanes, add, end } = setup({ maxWaiting: 2 });
    const first = add("a");
    add("a");
    add("a");
    expect(codeOf(() => lanes.reserve("a"))).toBe("QUEUE_FULL");
    add("b");
    await end(first);
    expect(codeOf(() => lanes.reserve("a"))).toBe("none");
  });

  it("drop the oldest where the policy says so, and tell of it", async () => {
    const { started, dropped, add, end } = setup({ maxWaiting: 1, drop: "oldest" });
    const ids = [add("a"), add("a"), add("a")];
    expect(dropped).toEqual([ids[1]]);
    await end(ids[0] ?? "");
    expect(started).toEqual([ids[0], ids[2]]);
  });

  it("signal the running job when another interrupts it, which runs before those that waited", async () => {
    const { running, started, add, end } = setup();
    const first = add("a");
    const waiting = add("a");
    const urgent = add("a", "interrupt");
    expect(running.get(first)?.signal.aborted).toBe(true);
    await end(first);
    await end(urgent);
    expect(started).toEqual([first, urgent, waiting]);
  });

  it("start collected jobs by themselves when nothing more comes", async () => {
    const { started, add, end } = setup();
    const first = add("a", "collect");
    const collected = add("a", "collect");
    await end(first);
    await vi.waitFor(() => expect(started).toEqual([first, collected]));
  });

  it("signal the running job by the id of one that it took up", () => {
    const { lanes, running, add } = setup();
    const first = add("a");
    const steering = add("a", "steer");
    expect(lanes.steer("a").map(({ job }) => job.id)).toEqual([steering]);
    expect(lanes.waiting("a")).toEqual([]);
    expect(lanes.abort("a", steering, "stop")).toBe(true);
    expect(running.get(first)?.signal.reason).toBe("stop");
  });

  it("count a reserved place until it is given back", () => {
    const { lanes } = setup({ maxWaiting: 0 });
    const place = lanes.reserve("a");
    expect(codeOf(() => lanes.reserve("a"))).toBe("QUEUE_FULL");
    place.giveBack();
    place.giveBack();
    expect(codeOf(() => lanes.reserve("a"))).toBe("none");
    expect(codeOf(() => lanes.reserve("a"))).toBe("QUEUE_FULL");
  });

  it("let a busy lane not starve another", async () => {
    const { started, add, end } = setup({ maxConcurrent: 1 });
    const first = add("a");
    add("a");
    const other = add("b");
    await end(first);
    expect(started).toEqual([first, other]);
  });

  it("withdraw only what waits and signal only what runs", () => {
    const { lanes, running, add } = setup();
    const working = add("a");
    const waiting = add("a");
    expect(lanes.withdraw("a", working)).toBeUndefined();
    expect(lanes.abort("a", waiting, "stop")).toBe(false);
    expect(lanes.withdraw("a", waiting)?.id).toBe(waiting);
    expect(lanes.waiting("a")).toEqual([]);
    expect(lanes.abort("a", working, "stop")).toBe(true);
    expect(running.get(working)?.signal.reason).toBe("stop");
  });

  it("start nothing before the start and after the stop", async () => {
    const { lanes, started, add, end, running } = setup();
    lanes.stop();
    const id = add("a");
    await settled();
    expect(started).toEqual([]);
    lanes.start();
    expect(started).toEqual([id]);
    add("a");
    lanes.stop();
    const idle = lanes.whenIdle();
    await end(id);
    await idle;
    expect(running.size).toBe(0);
    expect(lanes.counts()).toEqual({ running: 0, waiting: 1 });
  });
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "none";
  } catch (thrown) {
    return isFault(thrown) ? thrown.code : String(thrown);
  }
};
