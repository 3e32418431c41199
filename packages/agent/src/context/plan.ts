/** Plans a model request so that it fits the model's window, whatever the conversation is. Pure. */

import {
  estimateTokens,
  type ModelInfo,
  type ModelMessage,
  type ModelRequest,
  type ThinkingLevel,
} from "@skykoi/model";

import { budgetOf, COMPACT_SHARE, type Budget } from "./budget.ts";
import { capMessage, messagesTokens, messageTokens } from "./message-size.ts";
import { trimOld } from "./trim-old.ts";

export interface Plannable extends Pick<ModelRequest, "system" | "tools" | "messages"> {
  readonly info: Pick<ModelInfo, "contextWindow" | "maxOutputTokens" | "reasoning">;
  readonly thinking: ThinkingLevel;
  /** The part of the window that is believed in. Default 1. */
  readonly scale?: number;
}

export type RequestPlan =
  | {
      readonly kind: "fits";
      readonly messages: readonly ModelMessage[];
      readonly budget: Budget;
      /** Of prompt and tools. */
      readonly baseTokens: number;
      /** Of the whole request, estimated a little too high. */
      readonly tokens: number;
      /** It is time to compact, before the window is full. */
      readonly isFull: boolean;
    }
  /** Not even a short message fits beside the prompt and the tools. */
  | { readonly kind: "no-room"; readonly baseTokens: number; readonly budget: Budget };

/** Below this nothing sensible can be said. */
const MIN_MESSAGE_TOKENS = 300;

/** What the newest message from outside may take in any case. */
const NEWEST_SHARE = 1 / 4;

/** The most a single message may take of the budget: the first that makes everything fit. */
const MESSAGE_SHARES = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

export const planRequest = ({ system, tools, messages, info, thinking, scale }: Plannable): RequestPlan => {
  const budget = budgetOf(info, thinking, scale);
  const baseTokens = estimateTokens({ system, tools });
  const room = budget.inputTokens - baseTokens;
  if (room < MIN_MESSAGE_TOKENS) return { kind: "no-room", baseTokens, budget };

  const fitted = fit(messages, room);
  const isFull = fitted.isCut || messagesTokens(fitted.messages) > room * COMPACT_SHARE;
  return {
    kind: "fits",
    messages: fitted.messages,
    budget,
    baseTokens,
    tokens: baseTokens + messagesTokens(fitted.messages),
    isFull,
  };
};

const fit = (
  messages: readonly ModelMessage[],
  room: number,
): { messages: readonly ModelMessage[]; isCut: boolean } => {
  let smallest = messages;
  const asked = messages.findLastIndex(({ role }) => role === "user");
  for (const share of MESSAGE_SHARES) {
    const capped = messages.map((message, index) =>
      capMessage(message, room * (index === asked ? Math.max(share, NEWEST_SHARE) : share)),
    );
    smallest = trimOld(capped, room);
    if (messagesTokens(smallest) <= room) return { messages: smallest, isCut: share !== MESSAGE_SHARES[0] };
  }
  return { messages: newestOf(smallest, room), isCut: true };
};

/** For the note below, and the frame and the markers of the message it stands in. */
const NOTE_TOKENS = 120;

const leftOut = (count: number): string => `[${count} earlier messages are left out here: they no longer fit]`;

/** The newest messages that fit, and in any case the newest one from outside. */
const newestOf = (messages: readonly ModelMessage[], room: number): readonly ModelMessage[] => {
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const most = room - NOTE_TOKENS;
  const capped = messages.map((message, index) => (index === asked ? capMessage(message, most) : message));
  const question = capped[asked];
  const tokensOf = (index: number): number => {
    const message = capped[index];
    return message ? messageTokens(message) : 0;
  };

  let left = most - tokensOf(asked);
  let begin = capped.length;
  for (let index = begin - 1; index >= 0; index--) {
    const tokens = index === asked ? 0 : tokensOf(index);
    if (tokens > left) break;
    left -= tokens;
    // A result goes with its call.
    if (capped[index]?.role !== "tool") begin = index;
  }

  const kept = capped.slice(begin);
  const [first, ...rest] = kept;
  if (question && asked < begin) return [withNote(question, leftOut(begin - 1)), ...kept];
  return first?.role === "user"
    ? [withNote(first, leftOut(begin)), ...rest]
    : [{ role: "user", text: leftOut(begin) }, ...kept];
};

const withNote = (message: ModelMessage, note: string): ModelMessage =>
  message.role === "user" ? { ...message, text: `${note}\n\n${message.text}` } : message;
