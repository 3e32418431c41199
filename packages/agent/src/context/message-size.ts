/** One message of a request, measured, cut down to a size, or trimmed because it lies back. */

import {
  estimateTextTokens,
  estimateTokens,
  TOKENS_PER_IMAGE,
  type ModelImage,
  type ModelMessage,
  type ModelToolResult,
} from "@skykoi/model";

import { cutCharacters, cutText } from "./cut-text.ts";

/** Measured once: a plan asks several times, and messages never change. */
const measured = new WeakMap<ModelMessage, number>();

export const messageTokens = (message: ModelMessage): number => {
  const known = measured.get(message);
  if (known !== undefined) return known;
  const tokens = estimateTokens({ messages: [message] });
  measured.set(message, tokens);
  return tokens;
};

export const messagesTokens = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);

/** Frames, ids and markers are not part of `maxTokens`. */
export const capMessage = (message: ModelMessage, maxTokens: number): ModelMessage => {
  if (messageTokens(message) <= maxTokens) return message;
  switch (message.role) {
    case "user":
      return capHolder(message, maxTokens);
    case "assistant":
      return capAnswer(message, maxTokens);
    case "tool": {
      const sizes = message.results.map(
        ({ text, images = [] }) => estimateTextTokens(text) + images.length * TOKENS_PER_IMAGE,
      );
      const share = fairShare(sizes, maxTokens);
      return { ...message, results: message.results.map((result) => capHolder(result, share)) };
    }
    default:
      return message satisfies never;
  }
};

/** What outputs of tools, long arguments and reasoning leave behind once the work has gone on. Words are never trimmed. */
export const trimMessage = (message: ModelMessage): ModelMessage => {
  switch (message.role) {
    case "user":
      return message;
    case "assistant": {
      if (messageTokens(message) <= OLD_TOKENS) return message;
      const { reasoning: _, toolCalls, ...rest } = message;
      return { ...rest, toolCalls: toolCalls.map((call) => ({ ...call, input: trimInput(call.input) })) };
    }
    case "tool":
      if (messageTokens(message) <= OLD_TOKENS) return message;
      return { ...message, results: message.results.map(trimResult) };
    default:
      return message satisfies never;
  }
};

/** A message no longer than this is left as it is. */
const OLD_TOKENS = 150;
const OLD_CHARS = 300;

const trimResult = ({ images = [], ...result }: ModelToolResult): ModelToolResult => ({
  ...result,
  text: withoutImages(cutCharacters(result.text, OLD_CHARS), images.length),
});

const trimInput = (input: unknown): unknown => {
  if (typeof input !== "object" || input === null) return cutCharacters(String(input), OLD_CHARS);
  if (JSON.stringify(input).length <= OLD_CHARS) return input;
  const fields = Object.entries(input).map(([name, value]): [string, unknown] => [name, trimField(value)]);
  const shorter = Object.fromEntries(fields);
  return JSON.stringify(shorter).length <= MAX_OLD_INPUT_CHARS ? shorter : LEFT_OUT;
};

const MAX_OLD_INPUT_CHARS = 1_000;
const LEFT_OUT = { leftOut: "[… the arguments are left out here …]" };

const trimField = (value: unknown): unknown =>
  typeof value === "string" ? cutCharacters(value, OLD_CHARS) : cutLong(value, JSON.stringify(value));

const cutLong = (value: unknown, json: string | undefined): unknown =>
  json !== undefined && json.length > OLD_CHARS ? cutCharacters(json, OLD_CHARS) : value;

const withoutImages = (text: string, count: number): string =>
  count === 0 ? text : `${text}\n[${count} pictures are left out here]`.trim();

type Answer = Extract<ModelMessage, { role: "assistant" }>;

const capAnswer = ({ reasoning = [], ...message }: Answer, maxTokens: number): Answer => {
  const inputs = message.toolCalls.map(({ input }) => inputTokens(input));
  const share = fairShare([estimateTextTokens(message.text), ...inputs], maxTokens);
  const thought = reasoning.reduce((sum, { text }) => sum + estimateTextTokens(text), 0);
  return {
    ...message,
    text: cutText(message.text, share),
    toolCalls: message.toolCalls.map((call) => ({ ...call, input: cutInput(call.input, share) })),
    ...(reasoning.length > 0 && thought <= maxTokens && { reasoning }),
  };
};

const capHolder = <T extends { readonly text: string; readonly images?: readonly ModelImage[] }>(
  { images = [], ...holder }: T,
  maxTokens: number,
): Omit<T, "images"> & { readonly text: string; readonly images?: readonly ModelImage[] } => {
  const most = Math.floor(maxTokens / 2 / TOKENS_PER_IMAGE);
  const kept = most === 0 ? [] : images.slice(-most);
  const left = images.length - kept.length;
  const text = cutText(holder.text, maxTokens - kept.length * TOKENS_PER_IMAGE);
  return {
    ...holder,
    text: withoutImages(text, left),
    ...(kept.length > 0 && { images: kept }),
  };
};

const inputTokens = (input: unknown): number => estimateTextTokens(JSON.stringify(input) ?? "");

/** Stays the same kind of value: providers take only what is a JSON object back. */
const cutInput = (input: unknown, maxTokens: number): unknown => {
  if (inputTokens(input) <= maxTokens) return input;
  if (typeof input !== "object" || input === null) return cutText(String(input), maxTokens);
  const fields = Object.entries(input).map(([name, value]): [string, unknown] => [name, value]);
  const share = fairShare(
    fields.map(([, value]) => inputTokens(value)),
    maxTokens,
  );
  const cut = fields.map(([name, value]): [string, unknown] => [name, cutField(value, share)]);
  const shorter = Object.fromEntries(cut);
  return inputTokens(shorter) <= maxTokens * 2 ? shorter : LEFT_OUT;
};

const cutField = (value: unknown, maxTokens: number): unknown => {
  if (inputTokens(value) <= maxTokens) return value;
  return cutText(typeof value === "string" ? value : (JSON.stringify(value) ?? ""), maxTokens);
};

/** The most that each may have so that all together have no more than `total`; the small ones keep what they have. */
const fairShare = (sizes: readonly number[], total: number): number => {
  let left = total;
  const sorted = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - index));
    if (size > share) return share;
    left -= size;
  }
  return total;
};
