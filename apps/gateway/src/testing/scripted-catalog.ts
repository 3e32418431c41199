/** A model whose answers a test writes, and a catalogue that holds nothing else. */

import { NO_USAGE, type LanguageModel, type ModelCatalog, type ModelEvent, type ModelRequest } from "@skykoi/model";

export const SCRIPTED_REF = "offline/demo";

export type Script = (request: ModelRequest) => AsyncIterable<ModelEvent>;

const info = {
  ref: SCRIPTED_REF,
  provider: "offline",
  name: "Scripted",
  contextWindow: 32_000,
  maxOutputTokens: 1000,
  reasoning: false,
  input: ["text"],
  demo: true,
} as const;

export const scriptedCatalog = (script: Script): ModelCatalog => {
  const model: LanguageModel = { info, stream: script };
  return {
    resolveRef: (ref) => ref,
    aliases: () => ({}),
    resolve: async () => model,
    list: () => [{ ...info, available: true }],
    costUsd: (_ref, usage) => usage.outputTokens / 1_000_000,
    worstCaseUsd: (_ref, { maxOutputTokens }) => ({ usd: maxOutputTokens / 1_000_000, hasPrice: true }),
    embed: async () => ({ vectors: [], inputTokens: 0 }),
  };
};

export const finish = { type: "finish", reason: "stop", usage: { ...NO_USAGE, outputTokens: 10 } } as const;

/** Answers at once, in pieces of up to 20 characters. */
export async function* say(text: string): AsyncGenerator<ModelEvent> {
  for (let at = 0; at < text.length; at += 20) yield { type: "text-delta", text: text.slice(at, at + 20) };
  yield finish;
}

/** What the person said last. */
export const lastUserText = ({ messages }: ModelRequest): string =>
  messages.flatMap((message) => (message.role === "user" ? [message.text] : [])).at(-1) ?? "";

/** Answers "echo: <message>". */
export const echo: Script = (request) => say(`echo: ${lastUserText(request)}`);

/** Answers only when the test opens the gate; ends early when it is stopped. */
export const createGate = () => {
  const open = Promise.withResolvers<void>();
  let waiting = 0;
  const script: Script = async function* gated(request) {
    waiting++;
    yield { type: "text-delta", text: "thinking " };
    const stopped = new Promise<void>((resolve) => {
      request.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([open.promise, stopped]);
    if (request.signal.aborted) throw request.signal.reason;
    yield { type: "text-delta", text: `done: ${lastUserText(request)}` };
    yield finish;
  };
  return { script, open: open.resolve, waiting: () => waiting };
};
