/** A language model that says what a test tells it to, call by call. */

import {
  NO_USAGE,
  type LanguageModel,
  type ModelEvent,
  type ModelInfo,
  type ModelRequest,
  type Usage,
} from "@skykoi/model";

export type Script = (request: ModelRequest, call: number) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>;

export interface ScriptedModel extends LanguageModel {
  readonly requests: readonly ModelRequest[];
}

/** `script` is asked for every call; calls count from 1. */
export const scriptedModel = (script: Script, info: Partial<ModelInfo> = {}): ScriptedModel => {
  const requests: ModelRequest[] = [];
  return {
    requests,
    info: {
      ref: "test/scripted",
      provider: "test",
      name: "Scripted",
      contextWindow: 100_000,
      maxOutputTokens: 4_096,
      reasoning: false,
      input: ["text"],
      demo: false,
      ...info,
    },
    stream: async function* (request) {
      requests.push(request);
      yield* script(request, requests.length);
    },
  };
};

export const USAGE: Usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 };

export const says = (text: string): ModelEvent[] => [
  { type: "text-delta", text },
  { type: "finish", reason: "stop", usage: USAGE },
];

export const calls = (name: string, input: unknown, id = `call_${name}`): ModelEvent[] => [
  { type: "tool-call", id, name, input },
  { type: "finish", reason: "tool-calls", usage: USAGE },
];

/** Says `text`, then nothing until the signal fires. */
export async function* saysThenHangs(text: string, request: ModelRequest): AsyncGenerator<ModelEvent> {
  if (text !== "") yield { type: "text-delta", text };
  await new Promise((_, reject) => {
    const stop = (): void => reject(new Error("the call was aborted"));
    if (request.signal.aborted) stop();
    else request.signal.addEventListener("abort", stop, { once: true });
  });
}
