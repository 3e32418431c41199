/** The model for machines without a provider: deterministic, says what it is, and really calls tools. */

import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { fault } from "@skykoi/fault";

import { NO_USAGE, type LanguageModel, type ModelEvent, type ModelMessage, type ModelRequest } from "../port.ts";
import { OFFLINE_INFO } from "./offline-info.ts";
import { nextStep } from "./plan.ts";

export interface OfflineModelOptions {
  /** Pause after each chunk of text, so that streaming can be seen. */
  readonly chunkDelayMs?: number;
}

const DEFAULT_CHUNK_DELAY_MS = 8;
/** Long reports come in larger chunks, so that the pauses stay below a second in all. */
const MAX_CHUNKS = 120;

/** Usage is zero: nothing is counted in tokens and nothing costs money. */
export const createOfflineModel = ({
  chunkDelayMs = DEFAULT_CHUNK_DELAY_MS,
}: OfflineModelOptions = {}): LanguageModel => {
  async function* stream({ messages, tools, signal }: ModelRequest): AsyncGenerator<ModelEvent, void, void> {
    if (signal.aborted) throw fault("ABORTED");
    const step = nextStep(messages, new Set(tools.map((tool) => tool.name)));
    if (step.kind === "call") {
      yield { type: "tool-call", id: toolCallId(messages), name: step.tool, input: step.input };
      yield { type: "finish", reason: "tool-calls", usage: NO_USAGE };
      return;
    }
    for (const text of chunks(step.text)) {
      yield { type: "text-delta", text };
      await pause(chunkDelayMs, signal);
    }
    yield { type: "finish", reason: "stop", usage: NO_USAGE };
  }
  return { info: OFFLINE_INFO, stream };
};

/** The same conversation gives the same id, any other one a different id. */
const toolCallId = (messages: readonly ModelMessage[]): string =>
  `offline_${createHash("sha256").update(JSON.stringify(messages)).digest("hex").slice(0, 16)}`;

const chunks = (text: string): string[] => {
  const words = text.match(/\s*\S+\s*/g) ?? [text];
  const size = Math.ceil(words.length / MAX_CHUNKS);
  return Array.from({ length: Math.ceil(words.length / size) }, (_, index) =>
    words.slice(index * size, (index + 1) * size).join(""),
  );
};

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    if (ms > 0) await delay(ms, undefined, { signal });
  } catch {
    throw fault("ABORTED");
  }
  if (signal.aborted) throw fault("ABORTED");
};
