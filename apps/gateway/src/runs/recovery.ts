/** Picks up after a crash: what was accepted is queued again, what had begun is marked as interrupted. */

import { unfinishedRuns, type TranscriptEntry } from "@skykoi/agent";
import { FAULTS } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { EventHub } from "../events/event-hub.ts";
import type { JournalEvent } from "../events/event-journal.ts";
import type { EventLog } from "../events/event-log.ts";
import type { HealthMonitor } from "../health/health-monitor.ts";
import type { QueueMode } from "../lanes/lane.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { SessionAddress } from "../sessions/session-key.ts";
import type { Session, SessionStore } from "../sessions/session-store.ts";
import { endInTranscript } from "./end-in-transcript.ts";
import { endPayload } from "./lone-frames.ts";
import { createRun, type Run } from "./run.ts";
import type { RunQueue } from "./run-queue.ts";
import { toldRuns } from "./told-runs.ts";

export interface RecoveryOptions {
  readonly store: SessionStore;
  readonly lanes: Lanes<Run>;
  readonly queue: RunQueue;
  readonly hub: EventHub;
  readonly events: EventLog;
  readonly resolve: (sessionKey: string) => SessionAddress;
  readonly health: HealthMonitor;
  readonly log: Logger;
}

type Told = readonly JournalEvent[];

export const recoverSessions = async (options: RecoveryOptions): Promise<void> => {
  let read: Told | undefined;
  // Only a session with unfinished work needs to know what was told.
  const told = (): Told => (read ??= options.events.earlier());
  for (const { key, record } of options.store.records()) {
    const sessionIds = [...(record.earlierOpen ?? []), ...(record.open ? [record.sessionId] : [])];
    for (const sessionId of sessionIds) {
      try {
        await recoverSession(options, told, options.resolve(key), sessionId);
      } catch (thrown) {
        // One damaged session must not keep the others from working.
        options.log.error("session not recovered", { sessionKey: key, sessionId, error: thrown });
        options.health.report("sessions", `Unfinished work of the session ${key} could not be read.`);
      }
    }
  }
};

const recoverSession = async (
  options: RecoveryOptions,
  told: () => Told,
  address: SessionAddress,
  sessionId: string,
): Promise<void> => {
  const { store, lanes, queue, hub, log } = options;
  const lease = await store.acquire(address, sessionId);
  const { session } = lease;
  try {
    const entries = await session.transcript.openRuns();
    const toldOf = toldRuns(told(), address.key);
    const unfinished = unfinishedRuns(entries);
    const { released, joined, answered } = unfinished;
    // Whether a command has acted is not known; it was not acknowledged.
    const isCommand = (runId: string): boolean => commandsOf(entries).has(runId);
    const toRun = unfinished.toRun.filter((runId) => !isCommand(runId));
    const interrupted = [...unfinished.interrupted, ...unfinished.toRun.filter(isCommand)];
    for (const { runId, answeredBy, outcome } of answered) {
      await session.transcript.append({ type: "runEnd", runId, outcome, answeredBy });
      session.runs.set(runId, "ended");
    }
    for (const runId of released) await session.transcript.append({ type: "joined", runId, into: runId });
    for (const runId of interrupted) await markInterrupted(session, runId, joined.get(runId) ?? []);
    const untold = [...toldOf].filter(([, { ended }]) => !ended);
    const newest = untold.length > 0 ? await session.transcript.context() : [];
    for (const [runId, { lastSeq }] of untold) {
      const outcome = endInTranscript(newest, runId);
      if (!outcome) continue;
      const identity = { runId, sessionKey: address.key, agentId: address.agentId, seq: lastSeq + 1 };
      hub.publish("chat", address.key, endPayload(identity, outcome.end, outcome.answeredBy));
    }
    const restore = async (runId: string, mode: QueueMode): Promise<void> => {
      const message = userMessageOf(entries, runId);
      if (!message) return;
      const runLease = await store.acquire(address, sessionId);
      const lastSeq = toldOf.get(runId)?.lastSeq ?? 0;
      const run = createRun({ id: runId, session, lease: runLease, mode, lastSeq, ...message });
      queue.enter(run, (entering) => lanes.restore(entering));
    };
    // What was one turn is one turn again: nothing else is collected at this time.
    const collected = toRun.filter((runId) => joined.has(runId));
    for (const runId of collected.flatMap((first) => [first, ...(joined.get(first) ?? [])])) {
      await restore(runId, "collect");
    }
    for (const runId of toRun) if (!joined.has(runId)) await restore(runId, "followup");
    if (toRun.length + interrupted.length === 0) return;
    log.info("session recovered", { sessionKey: address.key, queuedAgain: toRun, interrupted });
  } finally {
    lease.release();
  }
};

const commandsOf = (entries: readonly TranscriptEntry[]): ReadonlySet<string> =>
  new Set(entries.flatMap((entry) => (entry.type === "user" && entry.command ? [entry.runId] : [])));

const markInterrupted = async ({ transcript, runs }: Session, runId: string, joined: readonly string[]) => {
  const content = [{ type: "text" as const, text: FAULTS.RUN_INTERRUPTED.message }];
  await transcript.append({ type: "notice", runId, kind: "interrupted", content });
  await transcript.append({ type: "runEnd", runId, outcome: "interrupted" });
  for (const other of joined) {
    await transcript.append({ type: "runEnd", runId: other, outcome: "interrupted", answeredBy: runId });
  }
  for (const ended of [runId, ...joined]) runs.set(ended, "ended");
};

const userMessageOf = (entries: readonly TranscriptEntry[], runId: string) => {
  for (const entry of entries) {
    if (entry.type !== "user" || entry.runId !== runId) continue;
    const text = entry.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
    return { text, acceptedAt: entry.timestamp, origin: entry.origin, overrides: entry.overrides ?? {} };
  }
  return undefined;
};
