/** The agent looks after its tasks now and then: one timer, and none while there is nothing to look after. */

import { join } from "node:path";

import { HEARTBEAT_RUN, isNothingToSay } from "@skykoi/agent";
import { toFault } from "@skykoi/fault";
import type { Heartbeat, MethodResult } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import { readOutcome } from "../cron/run-outcome.ts";
import type { Timer } from "../cron/timer.ts";
import { mainSessionKey } from "../sessions/session-key.ts";
import { readHeartbeats, writeHeartbeats } from "./heartbeat-memory.ts";
import { nextHeartbeat, type BeatMemory, type HeartbeatSettings, type NextHeartbeat } from "./next-heartbeat.ts";
import { createTasksReader } from "./tasks.ts";

export interface HeartbeatsOptions extends Pick<
  GatewayContext,
  | "home"
  | "config"
  | "agents"
  | "resolve"
  | "inbox"
  | "ends"
  | "store"
  | "lanes"
  | "hub"
  | "presence"
  | "systemEvents"
  | "observeStorage"
  | "now"
  | "log"
> {
  readonly timer: Timer;
}

export interface Heartbeats {
  /** Begins a beat when one is due, else waits for it. Never throws. */
  look(): Promise<void>;
  /** Resolves when it is on disk. Throws STORAGE_FAILED. */
  switchOn(enabled: boolean): Promise<void>;
  told(): MethodResult<"last-heartbeat">;
  /** What is under way is left to the next start. */
  stop(): Promise<void>;
}

const PROMPT =
  "Heartbeat. Nobody is asking: look at what HEARTBEAT.md wants you to look after and do what is due now. Do not repeat " +
  "what is done. Answer HEARTBEAT_OK and nothing else when there is nothing your person needs to know; else answer only that.";

/** Waiting behind others included. */
const MAX_WAIT_MS = 3_600_000;
const MAX_PREVIEW = 200;

export const openHeartbeats = async (options: HeartbeatsOptions): Promise<Heartbeats> => {
  const { config, agents, resolve, lanes, presence, store, hub, timer, now } = options;
  const log = options.log.child("heartbeat");
  const path = join(options.home, "heartbeat.json");
  const startedAtMs = now();
  const stored = await readHeartbeats(path);
  let switchedOn = stored?.switchedOn ?? true;
  let seenAtMs = stored?.seenAtMs;
  let memory: BeatMemory = stored?.beat ?? { atMs: startedAtMs, quiet: 0 };
  let last: Heartbeat | undefined;
  let next: NextHeartbeat = { kind: "off", reason: "disabled" };
  let beating: Promise<void> | undefined;
  const stopping = new AbortController();

  // The agents of a gateway share a workspace: the first one looks after it.
  const address = resolve(mainSessionKey(agents.defaultId));
  const readTasks = createTasksReader(join(config.current().agents.defaults.workspace, "HEARTBEAT.md"));
  const save = (): Promise<void> =>
    writeHeartbeats(path, { switchedOn, ...(seenAtMs !== undefined && { seenAtMs }), beat: memory });

  const decide = async (): Promise<{ readonly next: NextHeartbeat; readonly tasks: string | undefined }> => {
    const settings = settingsOf(config.current().agents.defaults);
    // A clock that was set back must not hold anything up.
    if (memory.atMs > now()) memory = { ...memory, atMs: now() };
    if (presence.count() > 0 || (seenAtMs ?? 0) > now()) seenAtMs = now();
    const isOn = switchedOn && settings.everyMs > 0 && seenAtMs !== undefined;
    const tasks = isOn ? await readTasks() : undefined;
    const hasNews = tasks !== undefined && (await options.systemEvents()).waiting(address.key).length > 0;
    const isBusy = lanes.running(address.key) !== undefined || lanes.waiting(address.key).length > 0;
    const activeAtMs = store.record(address)?.updatedAt ?? 0;
    // Without an audience the file was not read, and does not matter.
    const known = isOn ? tasks : "unknown";
    const state = { settings, switchedOn, tasks: known, seenAtMs, isBusy, activeAtMs, hasNews, memory };
    return { next: nextHeartbeat(state, now()), tasks };
  };

  const look = async (): Promise<void> => {
    if (beating || stopping.signal.aborted) return;
    try {
      const decided = await decide();
      if (isBeating() || stopping.signal.aborted) return;
      tellSkipped(decided.next);
      next = decided.next;
      timer.clear();
      if (next.kind === "wait") timer.set(Math.max(0, next.untilMs - now()), () => void look());
      if (next.kind === "beat") beating = beat(decided.tasks).finally(() => (beating = undefined));
    } catch (thrown) {
      log.error("heartbeat not decided", { error: thrown });
    }
  };
  const isBeating = (): boolean => beating !== undefined;

  /** Once when the reason changes, not each time somebody looks. */
  const tellSkipped = (decided: NextHeartbeat): void => {
    if (decided.kind === "beat" || ("reason" in next && next.reason === decided.reason)) return;
    if (decided.reason === "not-due" || decided.reason === "idle") return;
    hub.broadcast("heartbeat", { ts: now(), status: "skipped", reason: decided.reason });
  };

  const beat = async (tasks: string | undefined): Promise<void> => {
    const atMs = now();
    const runId = `${HEARTBEAT_RUN}${atMs}`;
    const before = memory;
    const isSame = tasks === before.tasks;
    try {
      // Before it runs: a gateway that is killed again and again does not run it again and again.
      memory = { ...before, atMs, ...(tasks !== undefined && { tasks }) };
      await save();
      await options.inbox.accept({ address, runId, text: PROMPT, origin: { kind: "heartbeat" } });
      const end = await options.ends.wait(runId, { timeoutMs: MAX_WAIT_MS, signal: stopping.signal });
      if (!end) return;
      const result = await resultOf(runId);
      memory = { ...memory, quiet: result.status === "sent" ? 0 : (isSame ? before.quiet : 0) + 1 };
      await save();
      told({ ...result, durationMs: Math.max(0, now() - atMs), sessionKey: address.key, runId });
    } catch (thrown) {
      options.observeStorage(thrown);
      told({ status: "failed", reason: toFault(thrown).message });
    }
    // Not from within: what looks next finds no beat under way.
    timer.set(0, () => void look());
  };

  const resultOf = async (runId: string): Promise<Pick<Heartbeat, "status" | "reason" | "preview">> => {
    const { status, error, summary = "" } = await readOutcome(store, address, runId);
    if (status !== "ok") return { status: "failed", ...(error !== undefined && { reason: error }) };
    if (summary === "") return { status: "ok-empty" };
    return isNothingToSay(summary)
      ? { status: "ok-token" }
      : { status: "sent", preview: summary.slice(0, MAX_PREVIEW) };
  };

  const told = (result: Omit<Heartbeat, "ts">): void => {
    last = { ts: now(), ...result };
    hub.broadcast("heartbeat", last);
    if (result.status === "failed") log.warn("heartbeat failed", { reason: result.reason });
  };

  return {
    look,
    switchOn: async (enabled) => {
      const before = switchedOn;
      switchedOn = enabled;
      try {
        await save();
      } catch (thrown) {
        switchedOn = before;
        throw thrown;
      }
      await look();
    },
    told: () => {
      const skipped = { ts: now(), status: "skipped" as const };
      if (next.kind === "off") return { ...skipped, reason: next.reason, enabled: switchedOn };
      const waiting = next.kind === "wait" ? { nextAtMs: next.untilMs, waitingFor: next.reason } : {};
      const none = { ...skipped, reason: next.kind === "wait" ? next.reason : "requests-in-flight" };
      return { ...(last ?? none), enabled: switchedOn, ...waiting };
    },
    stop: async () => {
      stopping.abort();
      timer.clear();
      await beating;
      timer.clear();
    },
  };
};

const settingsOf = ({
  heartbeat,
  userTimezone,
}: ReturnType<GatewayContext["config"]["current"]>["agents"]["defaults"]): HeartbeatSettings => ({
  everyMs: durationMs(heartbeat.every),
  activeHours: heartbeat.activeHours,
  timeZone: userTimezone,
});

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Of a duration the configuration has checked. */
const durationMs = (text: string): number => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0);
