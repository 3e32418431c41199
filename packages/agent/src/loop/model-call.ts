/**
 * One answer of the model: streamed and collected. A call that fails is made again, then another model is asked; an
 * answer that broke off is continued where it stopped, so that what a person has read is never said twice.
 */

import { fault, isFault, toFault, type Fault } from "@skykoi/fault";
import type {
  FinishReason,
  ModelEvent,
  ModelInfo,
  ModelMessage,
  ModelRequest,
  ModelToolCall,
  Usage,
} from "@skykoi/model";

import { planRequest } from "../context/plan.ts";
import type { AgentEvent, AssistantEntry, ToolCallContent } from "../port.ts";
import { openBill, type CallBill } from "../spend/call-bill.ts";
import { pause, untilAbort } from "./abortable.ts";
import { createAnswer, uniqueCallId, type Answer } from "./answer.ts";
import { modelMessages } from "./model-context.ts";
import { mayRetry, maySwitch } from "./retry.ts";
import type { Turn } from "./turn.ts";

type Content = AssistantEntry["content"];

export type CallOutcome =
  | {
      readonly kind: "answered";
      readonly content: Content;
      readonly toolCalls: readonly ToolCallContent[];
      readonly reason: FinishReason;
      readonly usage: Usage;
    }
  /** The signal fired; `partial` is what had been shown. */
  | { readonly kind: "stopped"; readonly partial: Content }
  | { readonly kind: "failed"; readonly partial: Content; readonly fault: Fault };

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
    } else if (yield* switchModel(turn, outcome.fault)) attempt = 0;
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
  const request = await plannedRequest(turn, said);
  if (isFault(request)) return { kind: "failed", partial: [], fault: request };
  const opened = await openBill(turn, request);
  if (!opened.ok) return { kind: "failed", partial: [], fault: opened.fault };
  return yield* callBilled(turn, request, opened.bill);
}

async function* callBilled(turn: Turn, request: ModelRequest, bill: CallBill): AsyncGenerator<AgentEvent, CallOutcome> {
  const answer = createAnswer();
  let cause: Fault | undefined;
  const stream = turn.model.stream(request)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAbort(stream.next(), turn.signal);
      if (next.aborted) return { kind: "stopped", partial: answer.spokenContent() };
      if (next.value.done) throw fault("MODEL_STREAM_BROKEN", { detail: "the stream ended without a finish" });
      const event = next.value.value;
      if (event.type === "finish") {
        await bill.answered(event.usage);
        return answered(answer, event);
      }
      yield* take(turn, answer, event);
    }
  } catch (thrown) {
    const partial = answer.spokenContent();
    if (turn.signal.aborted) return { kind: "stopped", partial };
    cause = toFault(thrown);
    return { kind: "failed", partial, fault: cause };
  } finally {
    abandon(stream);
    await bill.brokeOff(JSON.stringify(answer.content()).length - NOTHING_SHOWN, cause);
  }
}

/** `[]` in JSON. */
const NOTHING_SHOWN = 2;

/** Never longer than the model's window. */
const plannedRequest = async (turn: Turn, said: Content): Promise<ModelRequest | Fault> => {
  const context = await turn.transcript.context();
  turn.noteCallIds(context);
  const { system, toolSpecs: tools, thinking, signal } = turn;
  const messages = [...modelMessages(context, turn.runId, turn.media), ...resuming(said)];
  const plan = planRequest({ system, tools, messages, thinking, info: turn.model.info });
  if (plan.kind === "no-room") return noRoom(turn.model.info, plan.baseTokens);
  const { maxOutputTokens } = plan.budget;
  return {
    system,
    messages: plan.messages,
    tools,
    thinking: plan.budget.thinking,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    signal,
  };
};

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

/** A stream that is left early is told so; it may still fail, and then nobody is concerned. */
const abandon = (stream: AsyncIterator<ModelEvent>): void => {
  stream.return?.().catch(() => undefined);
};

function* take(
  turn: Turn,
  answer: Answer,
  event: Exclude<ModelEvent, { type: "finish" }>,
): Generator<AgentEvent, void> {
  switch (event.type) {
    case "text-delta":
      if (event.text === "") return;
      answer.addText(event.text);
      yield { type: "text-delta", text: event.text };
      return;
    case "reasoning-delta":
      if (event.text === "") return;
      answer.addThinking(event.text);
      yield { type: "reasoning-delta", text: event.text };
      return;
    case "reasoning-end":
      answer.signThinking(event.signature);
      return;
    case "tool-call":
      answer.addToolCall(toolCall(turn, event));
      return;
  }
}

const toolCall = (turn: Turn, call: ModelToolCall): ToolCallContent => ({
  type: "toolCall",
  id: uniqueCallId(call, turn.callIds),
  name: call.name,
  title: turn.tool(call.name)?.title(call.input) ?? call.name,
  arguments: call.input ?? {},
});

const answered = (answer: Answer, finish: Extract<ModelEvent, { type: "finish" }>): CallOutcome => ({
  kind: "answered",
  content: answer.content(),
  toolCalls: answer.toolCalls(),
  reason: finish.reason,
  usage: finish.usage,
});
