/** One call to a model, from its bill to its last event. */

import { fault, toFault, type Fault } from "@skykoi/fault";
import type { FinishReason, ModelEvent, ModelRequest, ModelToolCall, Usage } from "@skykoi/model";

import type { AgentEvent, AssistantEntry, ToolCallContent } from "../port.ts";
import { openBill, type CallBill } from "../spend/call-bill.ts";
import { untilAbort } from "./abortable.ts";
import { createAnswer, uniqueCallId, type Answer } from "./answer.ts";
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

/** Made only when its worst case can be set aside. */
export async function* callBilled(turn: Turn, request: ModelRequest): AsyncGenerator<AgentEvent, CallOutcome> {
  const opened = await openBill(turn, request);
  if (!opened.ok) return { kind: "failed", partial: [], fault: opened.fault };
  return yield* answerOf(turn, request, opened.bill);
}

async function* answerOf(turn: Turn, request: ModelRequest, bill: CallBill): AsyncGenerator<AgentEvent, CallOutcome> {
  const answer = createAnswer();
  let cause: Fault | undefined;
  const events = turn.model.stream(request)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAbort(events.next(), turn.signal);
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
    abandon(events);
    await bill.brokeOff(JSON.stringify(answer.content()).length - NOTHING_SHOWN, cause);
  }
}

/** `[]` in JSON. */
const NOTHING_SHOWN = 2;

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
