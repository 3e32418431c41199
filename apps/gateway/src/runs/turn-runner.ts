/** Carries one run from its start to its end: events out, figures into the index, the end into the transcript. */

import { setImmediate as nextEventLoopTurn } from "node:timers/promises";

import { isNothingToSay, type AgentEvent, type NewEntry, type TurnOptions } from "@skykoi/agent";
import { fault, toFault, type Fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";

import type { EventHub } from "../events/event-hub.ts";
import type { StorageHealth } from "../health/storage-health.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { Joining } from "../lanes/lane.ts";
import type { Lanes } from "../lanes/lanes.ts";
import { createCoalescer } from "./coalescer.ts";
import { createFrameMapper, type FrameMapper, type RunEnd, type RunFrame } from "./frame-mapper.ts";
import { endFrame, endOfJoined, joinedFrame } from "./lone-frames.ts";
import type { RunEnds } from "./run-ends.ts";
import { isFromPerson, type Run } from "./run.ts";

interface StartedTurn {
  /** The model the turn uses, for the session's figures. */
  readonly model: string;
  readonly events: AsyncIterable<AgentEvent>;
}

/** Prepares model, tools and prompt and starts the agent's loop. */
export type StartTurn = (run: Run, options: TurnCourse) => Promise<StartedTurn>;

type TurnCourse = Required<Pick<TurnOptions, "signal" | "joined" | "steering">>;

export interface TurnRunnerOptions {
  readonly startTurn: StartTurn;
  readonly hub: EventHub;
  readonly store: SessionStore;
  readonly storage: StorageHealth;
  /** Longest time a run may take, whatever the client asks for. */
  readonly maxRunMs: () => number;
  readonly now: () => number;
  readonly log: Logger;
  readonly ends: RunEnds;
  readonly lanes: Lanes<Run>;
  /** Told when a run is over, whatever its outcome. */
  readonly onEnded: (run: Run) => void;
}

/** Tells the sum of the run so far. */
type UsageEvent = Extract<AgentEvent, { type: "usage" }>;

/** Deltas are joined for this long or until they are this large. */
const COALESCE = { windowMs: 25, maxCharacters: 512 };

export const createTurnRunner = (options: TurnRunnerOptions) => {
  const { hub, store, lanes, now, log } = options;

  const publish = (run: Run, frames: readonly RunFrame[]): void => {
    for (const { event, payload } of frames) hub.publish(event, run.laneKey, payload);
  };

  /** A heartbeat is told of only when it has something to tell, or when somebody's message joined it. */
  const isUnnoticed = (run: Run): boolean => isHeartbeat(run) && lanes.joined(run.laneKey).length === 0;

  /** Resolves in every case. */
  return async (run: Run, joining: readonly Joining<Run>[], laneSignal: AbortSignal): Promise<void> => {
    // The acknowledgement of the message goes out before the first event of its run.
    await nextEventLoopTurn();
    const mapper = createFrameMapper({ run: identityOf(run), nextSeq: run.nextSeq, now });
    const end = await withTimeLimit(timeLimitMs(run, options.maxRunMs()), laneSignal, async (signal) => {
      try {
        return await drive(run, joining, mapper, signal);
      } catch (thrown) {
        return await recordFailure(run, toFault(thrown));
      }
    });
    const joined = lanes.joined(run.laneKey);
    for (const one of [run, ...joined]) {
      one.session.runs.set(one.id, "ended");
      options.onEnded(one);
    }
    if (!isHeartbeat(run) || joined.length > 0 || tells(end)) publish(run, mapper.mapEnd(end));
    for (const other of joined) hub.publish("chat", other.laneKey, endFrame(other, endOfJoined(end), run.id));
    options.ends.settle(run.id, end);
    for (const other of joined) options.ends.settle(other.id, endOfJoined(end));
    for (const { lease } of [run, ...joined]) lease.release();
  };

  /** The messages of those runs are part of this one from now on, durably. */
  async function join(run: Run, joining: readonly Joining<Run>[]): Promise<readonly string[]> {
    const marks = joining.map(({ job, shortened }) =>
      run.session.transcript.append({ type: "joined", runId: job.id, into: run.id, ...(shortened && { shortened }) }),
    );
    await Promise.all(marks);
    for (const { job } of joining) hub.publish("chat", job.laneKey, joinedFrame(job, run));
    return joining.map(({ job }) => job.id);
  }

  /** What cannot be written down now waits on. */
  async function steer(run: Run): Promise<readonly string[]> {
    const joining = lanes.steer(run.laneKey);
    if (joining.length === 0) return [];
    try {
      return await join(run, joining);
    } catch (thrown) {
      options.storage.observe(thrown);
      log.warn("messages could not join the run", { runId: run.id, error: thrown });
      lanes.unsteer(
        run.laneKey,
        joining.map(({ job }) => job),
      );
      return [];
    }
  }

  async function drive(
    run: Run,
    joining: readonly Joining<Run>[],
    mapper: FrameMapper,
    signal: AbortSignal,
  ): Promise<RunEnd> {
    const joined = await join(run, joining);
    const turn = await options.startTurn(run, { signal, joined, steering: () => steer(run) });
    let used: UsageEvent | undefined;
    const coalescer = createCoalescer({
      ...COALESCE,
      emit: (event) => {
        if (event.type !== "run-end" && !isUnnoticed(run)) publish(run, mapper.map(event));
      },
    });
    try {
      for await (const event of turn.events) {
        if (event.type === "usage") used = event;
        if (event.type !== "run-end") coalescer.push(event);
        else return ended(run, event);
      }
    } finally {
      coalescer.flush();
      if (used) recordUsage(run, turn.model, used);
    }
    throw fault("INTERNAL", { detail: "the agent's events ended without run-end" });
  }

  function ended(run: Run, end: Extract<AgentEvent, { type: "run-end" }>): RunEnd {
    return end.outcome === "failed" ? failed(run, end.fault) : end;
  }

  function failed(run: Run, cause: Fault): RunEnd {
    options.storage.observe(cause);
    log.warn("run failed", { runId: run.id, sessionKey: run.laneKey, error: cause });
    return { type: "run-end", outcome: "failed", code: cause.code, message: cause.message };
  }

  /** For a failure outside the agent's loop, which therefore wrote no end. */
  async function recordFailure(run: Run, cause: Fault): Promise<RunEnd> {
    const content = [{ type: "text" as const, text: cause.message }];
    await note(run, { type: "notice", runId: run.id, kind: "error", content });
    await note(run, { type: "runEnd", runId: run.id, outcome: "failed" });
    for (const { id: runId } of lanes.joined(run.laneKey)) {
      await note(run, { type: "runEnd", runId, outcome: "failed", answeredBy: run.id });
    }
    return failed(run, cause);
  }

  /** Without this entry a restart shows the run as interrupted, so a refused write is logged and not fatal. */
  async function note(run: Run, entry: NewEntry): Promise<void> {
    try {
      await run.session.transcript.append(entry);
    } catch (thrown) {
      log.error("the end of a run could not be written", { runId: run.id, error: thrown });
    }
  }

  function recordUsage(run: Run, model: string, event: UsageEvent): void {
    const { usage, costUsd, contextTokens } = event;
    const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    store.update(run.session.address, (record) => ({
      ...record,
      model,
      // A conversation is as old as what somebody said in it.
      updatedAt: isHeartbeat(run) ? record.updatedAt : now(),
      ...(isFromPerson(run.origin) && { lastInteractionAt: now() }),
      inputTokens: record.inputTokens + input,
      outputTokens: record.outputTokens + usage.outputTokens,
      totalTokens: record.totalTokens + input + usage.outputTokens,
      contextTokens,
      costUsd: record.costUsd + costUsd,
    }));
  }
};

const isHeartbeat = ({ origin }: Run): boolean => origin?.kind === "heartbeat";

const tells = (end: RunEnd): boolean =>
  end.outcome === "completed" &&
  !isNothingToSay(end.message.content.map((block) => (block.type === "text" ? block.text : "")).join(""));

const identityOf = (run: Run) => ({
  runId: run.id,
  sessionKey: run.laneKey,
  agentId: run.session.address.agentId,
});

const timeLimitMs = ({ overrides }: Run, maxRunMs: number): number =>
  Math.min(overrides.timeoutMs ?? maxRunMs, maxRunMs);

/** Aborts the work with the lane's reason, or with TIMEOUT when the time is up. */
const withTimeLimit = async <T>(
  limitMs: number,
  laneSignal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const forward = (): void => controller.abort(laneSignal.reason);
  laneSignal.addEventListener("abort", forward, { once: true });
  if (laneSignal.aborted) forward();
  const seconds = Math.round(limitMs / 1000);
  const timer = setTimeout(() => {
    controller.abort(fault("TIMEOUT", { message: `The run was stopped: it reached its limit of ${seconds} s.` }));
  }, limitMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    laneSignal.removeEventListener("abort", forward);
  }
};
