/** Writes answers as the events of Bedrock's ConverseStream, in AWS's binary event-stream encoding. */

import { EventStreamCodec, type MessageHeaders } from "@smithy/eventstream-codec";

import type { AnswerUsage, Encoder } from "./script.ts";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text, "utf8"),
);

const frame = (headers: Readonly<Record<string, string>>, payload: unknown): Uint8Array => {
  const encoded: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers)) encoded[name] = { type: "string", value };
  encoded[":content-type"] = { type: "string", value: "application/json" };
  return codec.encode({ headers: encoded, body: Buffer.from(JSON.stringify(payload)) });
};

const event = (type: string, payload: object): Uint8Array =>
  // Bedrock pads its events with `p` so that their length tells nothing about the text.
  frame({ ":message-type": "event", ":event-type": type }, { ...payload, p: "abcdefgh" });

export const createBedrockEncoder = (): Encoder => {
  let nextIndex = 0;
  const block = (deltas: readonly object[], start?: object): Uint8Array[] => {
    const contentBlockIndex = nextIndex++;
    return [
      ...(start ? [event("contentBlockStart", { contentBlockIndex, start })] : []),
      ...deltas.map((delta) => event("contentBlockDelta", { contentBlockIndex, delta })),
      event("contentBlockStop", { contentBlockIndex }),
    ];
  };
  return {
    start: () => [event("messageStart", { role: "assistant" })],
    text: (deltas) => block(deltas.map((text) => ({ text }))),
    reasoning: (text, signature) =>
      block([
        { reasoningContent: { text } },
        ...(signature === undefined ? [] : [{ reasoningContent: { signature } }]),
      ]),
    toolUse: (toolUseId, name, inputJson) =>
      block(
        halves(inputJson).map((input) => ({ toolUse: { input } })),
        { toolUse: { toolUseId, name } },
      ),
    exception: (type, message) => [frame({ ":message-type": "exception", ":exception-type": type }, { message })],
    finish: (usage, stopReason, calledTools) => [
      event("messageStop", { stopReason: stopReason ?? (calledTools ? "tool_use" : "end_turn") }),
      event("metadata", { usage: bedrockUsage(usage), metrics: { latencyMs: 1 } }),
    ],
  };
};

/** Tool input arrives in pieces that are no JSON by themselves. */
const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
};

const bedrockUsage = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: AnswerUsage) => ({
  inputTokens,
  outputTokens,
  totalTokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
  cacheReadInputTokens: cacheReadTokens,
  cacheWriteInputTokens: cacheWriteTokens,
});
