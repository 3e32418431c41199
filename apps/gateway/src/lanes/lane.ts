/** What waits in one lane and what comes next: pure, so that its promises can be tested over every order of events. */

export type QueueMode = "steer" | "followup" | "collect" | "interrupt";

/** What happens to a message when the lane is full. */
export type DropPolicy = "summarize" | "oldest" | "newest";

export interface LaneJob {
  readonly id: string;
  /** Jobs with the same key never run at the same time. */
  readonly laneKey: string;
  readonly mode: QueueMode;
}

export interface LaneState<J extends LaneJob> {
  /** The job that runs, and those it took up: they end with it. */
  readonly running: { readonly job: J; readonly joined: readonly J[] } | undefined;
  /** In the order in which they will run. */
  readonly waiting: readonly J[];
  /** Too many waited: these go along with the next job, in short form. */
  readonly shortened: readonly J[];
  /** Milliseconds; collected jobs at the front wait until then for more of them. */
  readonly collectUntil: number;
}

export const emptyLane = <J extends LaneJob>(): LaneState<J> => ({
  running: undefined,
  waiting: [],
  shortened: [],
  collectUntil: 0,
});

export interface LanePolicy {
  /** Jobs waiting behind the running one. */
  readonly cap: number;
  readonly drop: DropPolicy;
  readonly debounceMs: number;
}

export interface Arrival<J extends LaneJob> {
  readonly lane: LaneState<J>;
  /** The running job gives way. */
  readonly interrupts: boolean;
  /** Will never run; whoever sent it is told. */
  readonly dropped: readonly J[];
}

/** A job takes its place. A full lane makes room by its policy; with `newest` the caller has refused it before. */
export const arrive = <J extends LaneJob>(lane: LaneState<J>, job: J, policy: LanePolicy, now: number): Arrival<J> => {
  const isIdle = !lane.running && lane.waiting.length === 0;
  const waiting = job.mode === "interrupt" ? afterInterrupts(lane.waiting, job) : [...lane.waiting, job];
  const collectUntil = job.mode === "collect" && !isIdle ? now + policy.debounceMs : lane.collectUntil;
  const arrived = { ...lane, waiting, collectUntil };
  const room = makeRoom(arrived, job, policy);
  return { ...room, interrupts: job.mode === "interrupt" && lane.running !== undefined };
};

const afterInterrupts = <J extends LaneJob>(waiting: readonly J[], job: J): readonly J[] => {
  const first = waiting.findIndex(({ mode }) => mode !== "interrupt");
  return first < 0 ? [...waiting, job] : waiting.toSpliced(first, 0, job);
};

/** With nothing running the first of those waiting is about to run: it takes no place. */
const makeRoom = <J extends LaneJob>(lane: LaneState<J>, arrived: J, { cap, drop }: LanePolicy) => {
  const excess = lane.waiting.length - cap - (lane.running ? 0 : 1);
  if (excess <= 0 || drop === "newest") return { lane, dropped: [] };
  const over = lane.waiting.filter((job) => job !== arrived).slice(0, excess);
  const waiting = lane.waiting.filter((job) => !over.includes(job));
  if (drop === "oldest") return { lane: { ...lane, waiting }, dropped: over };
  const short = [...lane.shortened, ...over];
  const dropped = short.slice(0, Math.max(0, short.length - cap));
  return { lane: { ...lane, waiting, shortened: short.slice(dropped.length) }, dropped };
};

/** A job that another one takes up. */
export interface Joining<J extends LaneJob> {
  readonly job: J;
  readonly shortened: boolean;
}

export type Next<J extends LaneJob> =
  | { readonly kind: "nothing" }
  /** More may come that belongs to the same turn. */
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "start"; readonly lane: LaneState<J>; readonly job: J; readonly joining: readonly Joining<J>[] };

/** What the lane does now that nothing runs in it. */
export const next = <J extends LaneJob>(lane: LaneState<J>, now: number): Next<J> => {
  const queue = lane.waiting.length > 0 ? lane.waiting : lane.shortened.slice(0, 1);
  const [job, ...rest] = queue;
  if (lane.running || !job) return { kind: "nothing" };
  if (job.mode === "collect" && now < lane.collectUntil) return { kind: "wait", untilMs: lane.collectUntil };
  const others = job.mode === "collect" ? rest.findIndex(({ mode }) => mode !== "collect") : 0;
  const collected = others < 0 ? rest : rest.slice(0, others);
  const joining = [...short(lane.shortened.filter((other) => other !== job)), ...whole(collected)];
  const running = { job, joined: joining.map((joined) => joined.job) };
  const waiting = rest.slice(collected.length);
  return { kind: "start", job, joining, lane: { ...lane, running, waiting, shortened: [] } };
};

/** Those that want to be seen by the running job become part of it. */
export const steer = <J extends LaneJob>(
  lane: LaneState<J>,
): { readonly lane: LaneState<J>; readonly joining: readonly Joining<J>[] } => {
  const joining = [...short(lane.shortened.filter(steers)), ...whole(lane.waiting.filter(steers))];
  if (!lane.running || joining.length === 0) return { lane, joining: [] };
  const joined = [...lane.running.joined, ...joining.map(({ job }) => job)];
  const waiting = lane.waiting.filter((job) => !steers(job));
  const shortened = lane.shortened.filter((job) => !steers(job));
  return { joining, lane: { ...lane, running: { ...lane.running, joined }, waiting, shortened } };
};

const steers = ({ mode }: LaneJob): boolean => mode === "steer";
const whole = <J extends LaneJob>(jobs: readonly J[]): Joining<J>[] => jobs.map((job) => ({ job, shortened: false }));
const short = <J extends LaneJob>(jobs: readonly J[]): Joining<J>[] => jobs.map((job) => ({ job, shortened: true }));

/** Undoes `steer` for jobs that could not be taken up. */
export const unsteer = <J extends LaneJob>(lane: LaneState<J>, jobs: readonly J[]): LaneState<J> => {
  if (!lane.running) return lane;
  const joined = lane.running.joined.filter((job) => !jobs.includes(job));
  return { ...lane, running: { ...lane.running, joined }, waiting: [...jobs, ...lane.waiting] };
};

/** Takes a waiting job out. */
export const withdraw = <J extends LaneJob>(lane: LaneState<J>, id: string) => {
  const isOther = (job: J): boolean => job.id !== id;
  const job = allWaiting(lane).find((waiting) => !isOther(waiting));
  return { job, lane: { ...lane, waiting: lane.waiting.filter(isOther), shortened: lane.shortened.filter(isOther) } };
};

export const finish = <J extends LaneJob>(lane: LaneState<J>): LaneState<J> => ({ ...lane, running: undefined });

export const allWaiting = <J extends LaneJob>(lane: LaneState<J>): readonly J[] => [...lane.shortened, ...lane.waiting];
