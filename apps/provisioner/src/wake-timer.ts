/** One timer for a recurring job: it runs at its interval, or earlier when somebody knows of something earlier. */

export interface WakeTimer {
  /** Runs the work at once and from then on. */
  start(): void;
  /** The work will run at this time or before; a time in the past means now. */
  wakeAt(time: Date): void;
  /** Resolves when work in progress has ended. */
  stop(): Promise<void>;
}

export interface WakeTimerOptions {
  readonly intervalMs: number;
  readonly now: () => Date;
  /** Must not throw. Never runs twice at the same time. */
  readonly work: () => Promise<void>;
}

export const createWakeTimer = ({ intervalMs, now, work }: WakeTimerOptions): WakeTimer => {
  let state: "idle" | "waiting" | "working" = "idle";
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let current: Promise<void> = Promise.resolve();

  const arm = (atMs: number): void => {
    dueAtMs = atMs;
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(0, atMs - now().getTime()));
  };

  const workAndRearm = async (): Promise<void> => {
    state = "working";
    dueAtMs = Number.POSITIVE_INFINITY;
    await work();
    if (isStopped) return;
    state = "waiting";
    arm(Math.min(dueAtMs, now().getTime() + intervalMs));
  };

  const run = (): void => {
    current = workAndRearm();
  };

  return {
    start: run,
    wakeAt: (time) => {
      const atMs = time.getTime();
      if (isStopped || atMs >= dueAtMs) return;
      if (state === "waiting") arm(atMs);
      else dueAtMs = atMs;
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
};
