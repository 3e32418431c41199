/** One call of an AI SDK provider model as a stream of our events; every failure leaves it as a Fault. */

import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { fault, isFault, type Fault } from "@skykoi/fault";

import type { FinishReason, ModelEvent, Usage } from "../port.ts";
import { createReasoningEar } from "./signed-reasoning.ts";
import { describeUpstream, type UpstreamFailure } from "./upstream-failure.ts";

export interface ModelCall {
  readonly model: LanguageModelV4;
  readonly options: Omit<LanguageModelV4CallOptions, "abortSignal">;
  readonly signal: AbortSignal;
  readonly toFault: (failure: UpstreamFailure) => Fault;
}

type Finish = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

/**
 * Waits are bounded by the HTTP client: 10 s to connect, 300 s without a byte of headers or body. Leaving the
 * iteration early closes the connection.
 */
export async function* callModel(call: ModelCall): AsyncGenerator<ModelEvent, void, void> {
  try {
    call.signal.throwIfAborted();
    const { stream } = await call.model.doStream({ ...call.options, abortSignal: call.signal });
    yield* modelEvents(stream);
  } catch (thrown) {
    throw asFault(thrown, call);
  }
}

const asFault = (thrown: unknown, { signal, toFault }: ModelCall): Fault => {
  if (signal.aborted) return fault("ABORTED");
  return isFault(thrown) ? thrown : toFault(describeUpstream(thrown));
};

async function* modelEvents(stream: ReadableStream<LanguageModelV4StreamPart>): AsyncGenerator<ModelEvent, void, void> {
  const reasoning = createReasoningEar();
  let calledTools = false;
  // A for-await over the stream cancels it when the loop is left early, which closes the connection.
  for await (const part of stream) {
    const signature = reasoning.hear(part);
    if (signature !== undefined) yield { type: "reasoning-end", signature };
    switch (part.type) {
      case "text-delta":
      case "reasoning-delta":
        if (part.delta !== "") yield { type: part.type, text: part.delta };
        break;
      case "tool-call":
        calledTools = true;
        yield { type: "tool-call", id: part.toolCallId, name: part.toolName, input: parseInput(part.input) };
        break;
      case "error":
        throw part.error;
      case "finish":
        yield { type: "finish", reason: finishReason(part, calledTools), usage: toUsage(part) };
        return;
      default: // Starts and ends of blocks, metadata, and content we never ask for.
    }
  }
  throw fault("MODEL_STREAM_BROKEN", { detail: "the stream ended without a finish" });
}

const parseInput = (input: string): unknown => {
  if (input.trim() === "") return {};
  try {
    return JSON.parse(input);
  } catch {
    return input; // The port promises the raw string; the tool's validation tells the model.
  }
};

/**
 * A finish without the provider's own reason was made up by the SDK after the connection ended between two frames.
 * Some servers say "stop" after tool calls.
 */
const finishReason = ({ finishReason: { unified, raw } }: Finish, calledTools: boolean): FinishReason => {
  if (raw === undefined) throw fault("MODEL_STREAM_BROKEN", { detail: "the stream ended without a stop reason" });
  if (raw === "model_context_window_exceeded") return "length";
  switch (unified) {
    case "stop":
      return calledTools ? "tool-calls" : "stop";
    case "tool-calls":
    case "length":
    case "content-filter":
    case "other":
      return unified;
    case "error":
    case "interrupted":
      throw fault("MODEL_STREAM_BROKEN", { detail: `the model stopped with ${raw}` });
    default:
      return unified satisfies never;
  }
};

const toUsage = ({ usage: { inputTokens, outputTokens } }: Finish): Usage => ({
  inputTokens: inputTokens.noCache ?? inputTokens.total ?? 0,
  outputTokens: outputTokens.total ?? 0,
  cacheReadTokens: inputTokens.cacheRead ?? 0,
  cacheWriteTokens: inputTokens.cacheWrite ?? 0,
});
