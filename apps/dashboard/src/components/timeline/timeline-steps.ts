/** Folds the events of an agent's instance into the steps a person watches. Pure. */

import type { TimelineEventView } from "@skykoi/api/views";

interface TimelineNote {
  readonly seq: number;
  readonly atMs: number;
  readonly title: string;
  readonly detail: string | null;
}

export interface TimelineStep {
  /** The first event's sequence number. */
  readonly seq: number;
  readonly step: string;
  /** A stage of the phase above it. */
  readonly inside: boolean;
  readonly state: "running" | "done" | "failed" | "info";
  readonly title: string;
  readonly startedAtMs: number;
  /** Null while it runs, and for what takes no time. */
  readonly durationMs: number | null;
  readonly detail: string | null;
  readonly notes: readonly TimelineNote[];
}

/** The phases of coming up, in order: one can only begin when those before it have ended. */
const order = ["requested", "launching", "booting", "enrolling", "verifying", "ready"];

/** In the order the steps began. Events may come twice or out of order. */
export const timelineSteps = (events: readonly TimelineEventView[]): readonly TimelineStep[] => {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq).reduce<readonly TimelineStep[]>(withEvent, []);
};

const withEvent = (steps: readonly TimelineStep[], event: TimelineEventView): readonly TimelineStep[] => {
  const open = steps.findLast(({ step, state }) => step === event.step && state === "running");
  if (event.state === "info" && open) return replaced(steps, open, { notes: [...open.notes, noteOf(event)] });
  if (event.state === "info") return [...steps, stepOf(event, steps)];
  const before = supersede(steps, event);
  return open && event.state !== "started"
    ? replaced(before, open, endOf(event, open))
    : [...before, stepOf(event, before)];
};

/** Ends what was still running before this phase, at the moment the phase is first heard of. */
const supersede = (steps: readonly TimelineStep[], event: TimelineEventView): readonly TimelineStep[] => {
  const rank = order.indexOf(event.step);
  const atMs = Date.parse(event.at);
  return steps.map((step) =>
    step.state === "running" &&
    (step.step === event.step
      ? event.state === "started"
      : rank > order.indexOf(step.step) && order.includes(step.step))
      ? { ...step, state: "done", durationMs: Math.max(0, atMs - step.startedAtMs) }
      : step,
  );
};

const replaced = (
  steps: readonly TimelineStep[],
  target: TimelineStep,
  change: Partial<TimelineStep>,
): readonly TimelineStep[] => steps.map((step) => (step.seq === target.seq ? { ...step, ...change } : step));

const endOf = (event: TimelineEventView, open: TimelineStep): Partial<TimelineStep> => ({
  state: event.state === "failed" ? "failed" : "done",
  title: event.title,
  detail: event.detail ?? open.detail,
  durationMs: event.durationMs ?? Math.max(0, Date.parse(event.at) - open.startedAtMs),
});

const stepOf = (event: TimelineEventView, before: readonly TimelineStep[]): TimelineStep => ({
  seq: event.seq,
  step: event.step,
  inside: !order.includes(event.step) && before.some(({ step, state }) => state === "running" && order.includes(step)),
  state: event.state === "started" ? "running" : event.state,
  title: event.title,
  startedAtMs: Date.parse(event.at) - (event.state === "started" ? 0 : (event.durationMs ?? 0)),
  durationMs: event.durationMs,
  detail: event.detail,
  notes: [],
});

const noteOf = (event: TimelineEventView): TimelineNote => ({
  seq: event.seq,
  atMs: Date.parse(event.at),
  title: event.title,
  detail: event.detail,
});
