/**
 * Which slot of a job is to run now, so that each runs exactly once whatever restarts and clocks do. Pure: from what is
 * known of earlier slots and the time, to the slot and what is known afterwards.
 */

import { lastSlot, nextSlot, type Schedule, type Slot } from "./schedule.ts";

/** Durable; written before a slot it names is run. */
export interface SlotHistory {
  /** Everything up to here has been dealt with; goes back with the clock. */
  readonly watermarkMs: number;
  /** Nothing up to here ever runs again: older claims are not remembered one by one. */
  readonly floorMs: number;
  /** The latest claims, ascending: a clock that was wrong and is corrected comes past them a second time. */
  readonly claimed: readonly Slot[];
}

export interface MissedPolicy {
  /** `runOnce`: of several missed slots the latest runs. `skip`: a slot that is later than the tolerance does not. */
  readonly missed: "runOnce" | "skip";
  readonly toleranceMs: number;
}

export interface Due {
  /** Claimed in `history`. */
  readonly run: Slot | undefined;
  readonly history: SlotHistory;
}

const MAX_CLAIMED = 200;

export const newHistory = (nowMs: number): SlotHistory => ({ watermarkMs: nowMs, floorMs: 0, claimed: [] });

/** With a clock that went back, the time from there on is still to come. */
const rewound = (history: SlotHistory, sinceMs: number): SlotHistory =>
  sinceMs >= history.watermarkMs ? history : { ...history, watermarkMs: Math.max(sinceMs, history.floorMs) };

export interface Moment {
  readonly nowMs: number;
  /** Since when this clock runs without a jump, if it was set back since the last look. Default: now. */
  readonly sinceMs?: number;
  /** A slot at or before is passed over: the job waits after failures. */
  readonly notBeforeMs?: number;
}

export const dueSlots = (schedule: Schedule, policy: MissedPolicy, before: SlotHistory, moment: Moment): Due => {
  const { nowMs, sinceMs = nowMs, notBeforeMs = 0 } = moment;
  const history = rewound(before, sinceMs);
  const latest = lastSlot(schedule, history.watermarkMs, nowMs);
  if (latest === undefined) return { run: undefined, history };

  const earliest = Math.max(
    history.watermarkMs,
    notBeforeMs,
    policy.missed === "skip" ? nowMs - policy.toleranceMs - 1 : 0,
  );
  const moved = { ...history, watermarkMs: latest };
  let slot: Slot | undefined = latest;
  while (slot !== undefined && slot > earliest && moved.claimed.includes(slot)) {
    slot = lastSlot(schedule, earliest, slot - 1);
  }
  if (slot === undefined || slot <= earliest) return { run: undefined, history: moved };
  return { run: slot, history: claim(moved, slot) };
};

/** When the job is to be looked at again; undefined when no slot is left. */
export const nextDue = (schedule: Schedule, before: SlotHistory, nowMs: number, notBeforeMs = 0): Slot | undefined => {
  const { watermarkMs, claimed } = rewound(before, nowMs);
  let slot = nextSlot(schedule, Math.max(watermarkMs, notBeforeMs));
  while (slot !== undefined && claimed.includes(slot)) slot = nextSlot(schedule, slot);
  return slot;
};

const claim = (history: SlotHistory, slot: Slot): SlotHistory => {
  const claimed = [...history.claimed, slot].toSorted((a, b) => a - b);
  const forgotten = claimed.length > MAX_CLAIMED ? claimed[0] : undefined;
  if (forgotten === undefined) return { ...history, claimed };
  return { ...history, claimed: claimed.slice(1), floorMs: Math.max(history.floorMs, forgotten) };
};
