/**
 * The agent loop: from an accepted message to a final answer. The message is already in the transcript; everything the
 * run says is there before it is told, and how it ended is there before `run-end`.
 */

import { toFault } from "@skykoi/fault";
import { NO_USAGE } from "@skykoi/model";

import type { AgentEvent, AssistantEntry, StopReason, TurnOptions } from "../port.ts";
import { brokenOff, closingEntries, declined, endingOfStop, stopFault, tooManyCalls, type Ending } from "./ending.ts";
import { callModel, type CallOutcome } from "./model-call.ts";
import { runToolCall } from "./tool-call.ts";
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
    return { kind: "failed", fault: toFault(thrown), shown: false };
  }
}

async function* work(turn: Turn): AsyncGenerator<AgentEvent, Ending> {
  for (let call = 1; call <= turn.maxModelCalls; call++) {
    if (turn.signal.aborted) return endingOfStop(turn.signal);
    const outcome = yield* callModel(turn);
    if (outcome.kind !== "answered") return brokenEnding(turn, outcome);

    const refusal = outcome.reason === "content-filter" ? declined() : undefined;
    const message = await turn.appendAnswer({
      content: outcome.content,
      stopReason: stopReasonOf(outcome),
      usage: outcome.usage,
      ...(refusal ? { errorMessage: refusal.message } : {}),
    });
    yield turn.record(outcome.usage);
    if (refusal) return { kind: "failed", fault: refusal, shown: true };
    if (outcome.toolCalls.length === 0) return { kind: "completed", message };

    for (const toolCall of outcome.toolCalls) {
      if (turn.signal.aborted) return endingOfStop(turn.signal);
      yield* runToolCall(turn, toolCall);
    }
  }
  return { kind: "failed", fault: tooManyCalls(turn.maxModelCalls), shown: false };
}

/** Keeps what has been shown of an answer that broke off. */
const brokenEnding = async (turn: Turn, outcome: Exclude<CallOutcome, { kind: "answered" }>): Promise<Ending> => {
  const reason = outcome.kind === "failed" ? outcome.fault : stopFault(turn.signal);
  const message = outcome.partial.length > 0 ? await keepPartial(turn, outcome.partial, brokenOff(reason)) : undefined;
  if (outcome.kind === "stopped") return endingOfStop(turn.signal, message);
  return { kind: "failed", fault: outcome.fault, shown: message !== undefined };
};

const keepPartial = (turn: Turn, content: AssistantEntry["content"], mark: ReturnType<typeof brokenOff>) =>
  turn.appendAnswer({ content, usage: NO_USAGE, ...mark });

const close = async (turn: Turn, ending: Ending): Promise<AgentEvent> => {
  try {
    await Promise.all(closingEntries(turn.runId, ending).map((entry) => turn.transcript.append(entry)));
  } catch (thrown) {
    return { type: "run-end", outcome: "failed", fault: toFault(thrown) };
  }
  return runEnd(turn, ending);
};

const runEnd = (turn: Turn, ending: Ending): AgentEvent => {
  if (ending.kind === "completed") {
    return { type: "run-end", outcome: "completed", message: ending.message, ...turn.used() };
  }
  if (ending.kind === "failed") return { type: "run-end", outcome: "failed", fault: ending.fault };
  return { type: "run-end", outcome: "aborted", ...(ending.message ? { message: ending.message } : {}) };
};

const stopReasonOf = (outcome: Extract<CallOutcome, { kind: "answered" }>): StopReason => {
  if (outcome.toolCalls.length > 0) return "toolUse";
  if (outcome.reason === "content-filter") return "error";
  return outcome.reason === "length" ? "length" : "stop";
};
