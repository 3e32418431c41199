/**
 * The agent loop: from an accepted message to a final answer. The message is already in the transcript; everything the
 * run says is there before it is told, and how it ended is there before `run-end`.
 */

import { toFault } from "@skykoi/fault";
import { NO_USAGE } from "@skykoi/model";

import type { AgentEvent, TurnOptions } from "../port.ts";
import { compactByHand } from "./compact-by-hand.ts";
import { reportContext } from "./context-report.ts";
import { closingEntries, declined, failedEnding, stoppedEnding, tooManyCalls, type Ending } from "./ending.ts";
import { callModel } from "./model-call.ts";
import { runToolCall, skipToolCall } from "./tool-call.ts";
import { createTurn, type Turn } from "./turn.ts";

/** Never throws. A reader that stops reading stops the run; it is then unfinished in the transcript. */
export async function* runTurn(options: TurnOptions): AsyncGenerator<AgentEvent> {
  const left = new AbortController();
  const turn = createTurn(options, AbortSignal.any([options.signal, left.signal]));
  try {
    yield { type: "run-start" };
    yield await close(turn, yield* workSafely(turn));
  } finally {
    left.abort();
  }
}

async function* workSafely(turn: Turn): AsyncGenerator<AgentEvent, Ending> {
  try {
    return yield* work(turn);
  } catch (thrown) {
    return failedEnding(toFault(thrown));
  }
}

async function* work(turn: Turn): AsyncGenerator<AgentEvent, Ending> {
  if (turn.compact) return yield* compactByHand(turn, turn.compact.instructions);
  if (turn.report) return yield* reportContext(turn, turn.report);
  for (let call = 1; call <= turn.maxModelCalls; call++) {
    if (turn.signal.aborted) return stoppedEnding(turn.signal);
    if (call > 1) await takeSteering(turn);
    const outcome = yield* callModel(turn);
    if (outcome.kind !== "answered") {
      const partial = outcome.partial.length > 0 ? { content: outcome.partial, usage: NO_USAGE } : undefined;
      return outcome.kind === "failed" ? failedEnding(outcome.fault, partial) : stoppedEnding(turn.signal, partial);
    }

    yield turn.record(outcome.usage);
    const { content, usage } = outcome;
    if (outcome.reason === "content-filter") return failedEnding(declined(), { content, usage });
    if (outcome.toolCalls.length === 0) {
      const stopReason = outcome.reason === "length" ? "length" : "stop";
      return { kind: "completed", answer: { content, usage, stopReason } };
    }
    await turn.appendAnswer({ content, usage, stopReason: "toolUse" });
    let isSteered = false;
    for (const toolCall of outcome.toolCalls) {
      if (turn.signal.aborted) return stoppedEnding(turn.signal);
      isSteered ||= await takeSteering(turn);
      yield* isSteered ? skipToolCall(turn, toolCall) : runToolCall(turn, toolCall);
    }
  }
  return failedEnding(tooManyCalls(turn.maxModelCalls));
}

/** Whether messages came in meanwhile; the next model call sees them. */
const takeSteering = async (turn: Turn): Promise<boolean> => {
  const runIds = await turn.steering();
  for (const runId of runIds) turn.joinedRuns.add(runId);
  return runIds.length > 0;
};

/** The last answer and the mark of the end go to the disk together. */
const close = async (turn: Turn, ending: Ending): Promise<AgentEvent> => {
  const mark = () =>
    Promise.all(closingEntries(turn.runId, ending, turn.joinedRuns).map((entry) => turn.transcript.append(entry)));
  try {
    if (ending.kind === "completed") {
      const [message] = await Promise.all([turn.appendAnswer(ending.answer), mark()]);
      return { type: "run-end", outcome: "completed", message, ...turn.used() };
    }
    const [message] = await Promise.all([ending.answer && turn.appendAnswer(ending.answer), mark()]);
    if (ending.kind === "failed") return { type: "run-end", outcome: "failed", fault: ending.fault };
    return { type: "run-end", outcome: "aborted", ...(message ? { message } : {}) };
  } catch (thrown) {
    return { type: "run-end", outcome: "failed", fault: toFault(thrown) };
  }
};
