import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  allWaiting,
  arrive,
  emptyLane,
  finish,
  next,
  steer,
  unsteer,
  withdraw,
  type DropPolicy,
  type LaneJob,
  type LaneState,
  type QueueMode,
} from "./lane.ts";

const MODES: readonly QueueMode[] = ["steer", "followup", "collect", "interrupt"];
const policy = (drop: DropPolicy = "summarize", cap = 3) => ({ cap, drop, debounceMs: 100 });
const job = (id: string, mode: QueueMode = "followup"): LaneJob => ({ id, laneKey: "s", mode });
const ids = (jobs: readonly LaneJob[]): string[] => jobs.map(({ id }) => id);

/** A lane in which `first` runs and the others arrived behind it, at the time 0. */
const busy = (jobs: readonly LaneJob[], limits = policy("summarize", 20)): LaneState<LaneJob> => {
  let lane = startedWith(job("first"));
  for (const one of jobs) lane = arrive(lane, one, limits, 0).lane;
  return lane;
};

const startedWith = (first: LaneJob): LaneState<LaneJob> => {
  const coming = next(arrive(emptyLane<LaneJob>(), first, policy(), 0).lane, 0);
  return coming.kind === "start" ? coming.lane : emptyLane();
};

const started = (lane: LaneState<LaneJob>, now = 0) => {
  const coming = next(lane, now);
  if (coming.kind !== "start") return coming.kind;
  return [coming.job.id, ...coming.joining.map((one) => `${one.job.id}${one.shortened ? " (short)" : ""}`)];
};

describe("a lane", () => {
  it("starts an idle session's message at once, whatever its mode", () => {
    for (const mode of MODES) {
      expect(started(arrive(emptyLane<LaneJob>(), job("a", mode), policy(), 0).lane)).toEqual(["a"]);
    }
  });

  it("runs what follows up one by one", () => {
    expect(started(finish(busy([job("a"), job("b")])))).toEqual(["a"]);
  });

  it("collects what waits into one turn, once nothing more has come for a moment", () => {
    const lane = finish(busy([job("a", "collect"), job("b", "collect"), job("c"), job("d", "collect")]));
    expect(next(lane, 99)).toEqual({ kind: "wait", untilMs: 100 });
    expect(started(lane, 100)).toEqual(["a", "b"]);
  });

  it("lets the running job take up what steers it; the rest waits on", () => {
    const lane = busy([job("a", "steer"), job("b"), job("c", "steer")]);
    const taken = steer(lane);
    expect(ids(taken.joining.map((one) => one.job))).toEqual(["a", "c"]);
    expect(ids(taken.lane.running?.joined ?? [])).toEqual(["a", "c"]);
    expect(ids(taken.lane.waiting)).toEqual(["b"]);
    expect(started(finish(lane))).toEqual(["a"]);
  });

  it("puts an interrupting job first and says that the running one gives way", () => {
    const lane = busy([job("a")]);
    const arrival = arrive(lane, job("now", "interrupt"), policy(), 0);
    expect(arrival.interrupts).toBe(true);
    expect(ids(arrival.lane.waiting)).toEqual(["now", "a"]);
  });

  it.each([
    ["summarize", ["b", "a (short)"], []],
    ["oldest", ["b"], ["a"]],
  ] as const)("makes room by %s", (drop, expected, dropped) => {
    let lane = startedWith(job("first"));
    const gone: string[] = [];
    for (const id of ["a", "b", "c", "d"]) {
      const arrival = arrive(lane, job(id), policy(drop, 3), 0);
      lane = arrival.lane;
      gone.push(...ids(arrival.dropped));
    }
    expect(started(finish(lane))).toEqual(expected);
    expect(gone).toEqual(dropped);
  });

  it("keeps no more shortened jobs than whole ones: the oldest of them are dropped", () => {
    let lane = startedWith(job("first"));
    const dropped: string[] = [];
    for (let number = 0; number < 10; number++) {
      const arrival = arrive(lane, job(`j${number}`), policy("summarize", 2), 0);
      lane = arrival.lane;
      dropped.push(...ids(arrival.dropped));
    }
    expect(ids(allWaiting(lane))).toEqual(["j6", "j7", "j8", "j9"]);
    expect(dropped).toEqual(["j0", "j1", "j2", "j3", "j4", "j5"]);
  });

  it("runs a shortened job as a whole when nothing else is left to run with it", () => {
    let lane = startedWith(job("first"));
    for (const id of ["a", "b"]) lane = arrive(lane, job(id), policy("summarize", 1), 0).lane;
    expect(started(finish(withdraw(lane, "b").lane))).toEqual(["a"]);
  });
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...MODES).map((mode) => ({ do: "arrive" as const, mode })) },
  { weight: 2, arbitrary: fc.constant({ do: "finish" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("steer" as const), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.nat().map((which) => ({ do: "withdraw" as const, which })) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 2, arbitrary: fc.nat({ max: 150 }).map((ms) => ({ do: "pass" as const, ms })) },
);

describe("whatever happens in a lane", () => {
  it("every job ends exactly once, never two run together, and jobs of one mode keep their order", () => {
    const drops = fc.constantFrom<DropPolicy>("summarize", "oldest");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), drops, fc.integer({ min: 1, max: 4 }), (steps, drop, cap) => {
        let lane = emptyLane<LaneJob>();
        let now = 0;
        let number = 0;
        const ended: string[] = [];
        const begun: LaneJob[] = [];

        const startWhatCan = (): void => {
          const coming = next(lane, now);
          if (coming.kind !== "start") return;
          expect(lane.running).toBeUndefined();
          lane = coming.lane;
          const joining = (shortened: boolean) =>
            coming.joining.filter((one) => one.shortened === shortened).map((one) => one.job);
          begun.push(...joining(true), coming.job, ...joining(false));
        };
        const endRunning = (): void => {
          if (lane.running) ended.push(lane.running.job.id, ...ids(lane.running.joined));
          lane = finish(lane);
        };

        for (const one of steps) {
          switch (one.do) {
            case "arrive": {
              const arrival = arrive(lane, job(`j${number++}`, one.mode), policy(drop, cap), now);
              lane = arrival.lane;
              ended.push(...ids(arrival.dropped));
              expect(lane.waiting.length).toBeLessThanOrEqual(cap + 1);
              expect(lane.shortened.length).toBeLessThanOrEqual(cap);
              break;
            }
            case "finish":
              endRunning();
              break;
            case "steer": {
              const taken = steer(lane);
              const jobs = taken.joining.map((joining) => joining.job);
              if (one.fails && jobs.length + lane.waiting.length <= cap) lane = unsteer(taken.lane, jobs);
              else if (!one.fails) {
                lane = taken.lane;
                begun.push(...jobs);
              }
              break;
            }
            case "withdraw": {
              const waiting = allWaiting(lane);
              const chosen = waiting[one.which % Math.max(1, waiting.length)];
              if (chosen) {
                lane = withdraw(lane, chosen.id).lane;
                ended.push(chosen.id);
              }
              break;
            }
            case "restart": {
              // What ran is marked as interrupted; what waited is queued again, in the order of the transcript.
              endRunning();
              const waiting = allWaiting(lane).toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
              lane = emptyLane();
              const noLimit = { cap: Number.POSITIVE_INFINITY, drop: "newest", debounceMs: 0 } as const;
              for (const { id } of waiting) lane = arrive(lane, job(id), noLimit, now).lane;
              break;
            }
            case "pass":
              now += one.ms;
          }
          if (one.do !== "restart" || allWaiting(lane).length <= cap) startWhatCan();
        }
        for (let left = 1000; left > 0 && (lane.running || allWaiting(lane).length > 0); left--) {
          endRunning();
          now += 1000;
          startWhatCan();
        }
        const all = Array.from({ length: number }, (_, index) => `j${index}`);
        expect(ended.toSorted()).toEqual(all.toSorted());
        for (const mode of MODES) {
          const order = begun.filter((one) => one.mode === mode).map(({ id }) => Number(id.slice(1)));
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 300 },
    );
  });
});
