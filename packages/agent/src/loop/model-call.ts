/**
 * One answer of the model: streamed and collected. A call that fails is made again, then another model is asked; an
 * answer that broke off is continued where it stopped, so that what a person has read is never said twice.
 */

import { fault, type Fault } from "@skykoi/fault";
import type { ModelInfo, ModelMessage } from "@skykoi/model";

import type { AgentEvent, AssistantEntry } from "../port.ts";
import { pause } from "./abortable.ts";
import { callBilled, type CallOutcome } from "./billed-call.ts";
import { compact } from "./compaction.ts";
import { planTurn } from "./plan-turn.ts";
import { mayRetry, maySwitch } from "./retry.ts";
import type { Turn } from "./turn.ts";

type Content = AssistantEntry["content"];

export async function* callModel(turn: Turn): AsyncGenerator<AgentEvent, CallOutcome> {
  /** What was shown of answers that broke off. */
  let said: Content = [];
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* callOnce(turn, said);
    if (outcome.kind === "answered") return { ...outcome, content: continued(said, outcome.content) };
    said = continued(said, outcome.partial.map(withoutSignature));
    if (outcome.kind === "stopped") return { kind: "stopped", partial: said };
    if (mayRetry({ fault: outcome.fault, attempt })) {
      const delayMs = turn.retryDelayMs(attempt, outcome.fault);
      yield { type: "retry", attempt, delayMs, fault: outcome.fault };
      if (!(await pause(delayMs, turn.signal))) return { kind: "stopped", partial: said };
    } else if (outcome.fault.code === "MODEL_CONTEXT_TOO_LONG" && (yield* takeLess(turn))) attempt = 0;
    else if (yield* switchModel(turn, outcome.fault)) attempt = 0;
    else return { kind: "failed", partial: said, fault: outcome.fault };
  }
}

/** Only for failures of a model: any other one would meet the next model as well. */
async function* switchModel(turn: Turn, reason: Fault): AsyncGenerator<AgentEvent, boolean> {
  if (!reason.code.startsWith("MODEL_")) return false;
  const from = turn.model.info;
  const to = await turn.nextModel(({ info }) => maySwitch(reason, from, info));
  if (!to) return false;
  yield { type: "fallback", from: from.ref, to: to.info.ref, fault: reason };
  return true;
}

async function* callOnce(turn: Turn, said: Content): AsyncGenerator<AgentEvent, CallOutcome> {
  if (turn.signal.aborted) return { kind: "stopped", partial: [] };
  let plan = await planTurn(turn, resuming(said));
  if (plan.kind === "fits" && plan.isFull) {
    const { kind } = yield* compact(turn, { instructions: "", reason: "full" });
    if (kind === "stopped") return { kind: "stopped", partial: [] };
    if (kind === "compacted") plan = await planTurn(turn, resuming(said));
  }
  if (plan.kind === "fits") return yield* callBilled(turn, plan.request);
  return { kind: "failed", partial: [], fault: noRoom(turn.model.info, plan.baseTokens) };
}

/**
 * A provider that finds a request too long has a smaller window than it is believed to have: the conversation is told
 * in half of it. False when that was done often enough.
 */
async function* takeLess(turn: Turn): AsyncGenerator<AgentEvent, boolean> {
  if (!turn.believeLess()) return false;
  yield* compact(turn, { instructions: "", reason: "refused" });
  return !turn.signal.aborted;
}

const noRoom = ({ ref, contextWindow }: ModelInfo, baseTokens: number): Fault =>
  fault("MODEL_CONTEXT_TOO_LONG", {
    message: `The window of ${ref}, ${contextWindow} tokens, has no room for a message beside the agent's instructions, files and tools (about ${baseTokens} tokens). Choose a model with a larger window, or shorten the files of the workspace.`,
  });

const GO_ON =
  "[A technical failure cut your answer off here. Go on with the very next character; repeat nothing, explain nothing.]";

/** Newer models refuse to be put the beginning of an answer into their mouth, so they are asked in words. */
const resuming = (said: Content): ModelMessage[] => {
  const text = said.map((block) => (block.type === "text" ? block.text : "")).join("");
  if (text.trim() === "") return [];
  return [
    { role: "assistant", text, toolCalls: [] },
    { role: "user", text: GO_ON },
  ];
};

/** One answer from two: text that goes on is one text. */
const continued = (said: Content, more: Content): Content => {
  const last = said.at(-1);
  const [first, ...rest] = more;
  if (last?.type !== "text" || first?.type !== "text") return [...said, ...more];
  return [...said.slice(0, -1), { type: "text", text: last.text + first.text }, ...rest];
};

/** Reasoning of a call that broke off led to nothing; its provider would not take it back. */
const withoutSignature = (block: Content[number]): Content[number] =>
  block.type === "thinking" ? { type: "thinking", thinking: block.thinking } : block;
