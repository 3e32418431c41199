/** When the agent looks after its tasks next, or why it does not. Pure. */

import { firstActive, type ActiveHours } from "./active-hours.ts";

export interface HeartbeatSettings {
  /** 0: never. */
  readonly everyMs: number;
  readonly activeHours: ActiveHours;
  /** IANA name. */
  readonly timeZone: string;
}

/** What is remembered of the beats so far. */
export interface BeatMemory {
  /** When the last one began; before the first: when counting began. Not later than now. */
  readonly atMs: number;
  /** What HEARTBEAT.md asked for then. */
  readonly tasks?: string;
  /** Beats in a row that had nothing to tell. */
  readonly quiet: number;
}

export interface HeartbeatState {
  readonly settings: HeartbeatSettings;
  /** By a client; besides the configuration. */
  readonly switchedOn: boolean;
  /** What HEARTBEAT.md asks for; undefined: nothing. */
  readonly tasks: string | undefined;
  /** The last moment at which somebody was connected; undefined: never. */
  readonly seenAtMs: number | undefined;
  /** A run is under way or waits in the session. */
  readonly isBusy: boolean;
  /** The last message or answer of the session that was not a heartbeat's. */
  readonly activeAtMs: number;
  /** System events wait to be seen. */
  readonly hasNews: boolean;
  readonly memory: BeatMemory;
}

type OffReason = "disabled" | "empty-heartbeat-file" | "no-audience";
type WaitReason = "not-due" | "idle" | "quiet-hours" | "requests-in-flight";

export type NextHeartbeat =
  | { readonly kind: "off"; readonly reason: OffReason }
  | { readonly kind: "wait"; readonly reason: WaitReason; readonly untilMs: number }
  | { readonly kind: "beat" };

/** Somebody who was connected within this time wants to know. */
export const AUDIENCE_MS = 24 * 3_600_000;
/** With nothing to do the interval doubles up to this, or stays as it is where it is longer. */
export const MAX_IDLE_MS = 4 * 3_600_000;
/** Until a busy session is looked at again. */
const BUSY_MS = 30_000;

export const nextHeartbeat = (state: HeartbeatState, nowMs: number): NextHeartbeat => {
  const { settings, switchedOn, tasks, seenAtMs, isBusy, memory } = state;
  if (!switchedOn || settings.everyMs === 0) return { kind: "off", reason: "disabled" };
  if (tasks === undefined) return { kind: "off", reason: "empty-heartbeat-file" };
  if (seenAtMs === undefined || nowMs - seenAtMs > AUDIENCE_MS) return { kind: "off", reason: "no-audience" };

  const intervalMs = intervalOf(state);
  const due = memory.atMs + intervalMs;
  const active = firstActive(settings.activeHours, settings.timeZone, Math.max(due, nowMs));
  if (active > Math.max(due, nowMs)) return { kind: "wait", reason: "quiet-hours", untilMs: active };
  if (due > nowMs) {
    return { kind: "wait", reason: intervalMs > settings.everyMs ? "idle" : "not-due", untilMs: due };
  }
  if (isBusy) return { kind: "wait", reason: "requests-in-flight", untilMs: nowMs + BUSY_MS };
  return { kind: "beat" };
};

const intervalOf = ({ settings, tasks, activeAtMs, hasNews, memory }: HeartbeatState): number => {
  const { everyMs } = settings;
  const isIdle = tasks === memory.tasks && activeAtMs <= memory.atMs && !hasNews;
  if (!isIdle || memory.quiet < 2) return everyMs;
  return Math.max(everyMs, Math.min(everyMs * 2 ** Math.min(memory.quiet - 1, 16), MAX_IDLE_MS));
};
