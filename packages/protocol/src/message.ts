/** A message as clients see it in `chat` events and in `chat.history`. */

import { Type, type Static } from "typebox";

import { closed, count, oneOf, timestamp } from "./closed.ts";

const TextBlock = closed({ type: Type.Literal("text"), text: Type.String() });
/** A picture; its bytes stay with the agent. */
const ImageBlock = closed({
  type: Type.Literal("image"),
  mimeType: Type.String(),
  /** SHA-256 of the bytes, hexadecimal. */
  media: Type.String(),
  sizeBytes: count(),
});
const ThinkingBlock = closed({ type: Type.Literal("thinking"), thinking: Type.String() });
export const ToolCallBlock = closed({
  type: Type.Literal("toolCall"),
  id: Type.String(),
  name: Type.String(),
  /** One human line: "run `uname -a`". */
  title: Type.String(),
  arguments: Type.Unknown(),
});
export type ToolCallBlock = Static<typeof ToolCallBlock>;

export const Usage = closed({
  inputTokens: count(),
  outputTokens: count(),
  cacheReadTokens: count(),
  cacheWriteTokens: count(),
});
export type Usage = Static<typeof Usage>;

const identity = {
  id: Type.String(),
  timestamp: timestamp(),
  runId: Type.Optional(Type.String()),
};

export const UserMessage = closed({
  ...identity,
  role: Type.Literal("user"),
  /** The run id and `:user`, by which a client of the family knows its own message again. */
  idempotencyKey: Type.Optional(Type.String()),
  /** The run that answers this message, where it is not its own. */
  answeredBy: Type.Optional(Type.String()),
  /** For the gateway and not for the model, as its answer. */
  command: Type.Optional(Type.Literal(true)),
  content: Type.Array(Type.Union([TextBlock, ImageBlock])),
});

export const AssistantMessage = closed({
  ...identity,
  role: Type.Literal("assistant"),
  content: Type.Array(Type.Union([TextBlock, ThinkingBlock, ToolCallBlock])),
  model: Type.String(),
  stopReason: oneOf(["stop", "toolUse", "length", "aborted", "error"]),
  usage: Usage,
  errorMessage: Type.Optional(Type.String()),
  command: Type.Optional(Type.Literal(true)),
});

export const ToolResultMessage = closed({
  ...identity,
  role: Type.Literal("toolResult"),
  toolCallId: Type.String(),
  toolName: Type.String(),
  content: Type.Array(Type.Union([TextBlock, ImageBlock])),
  isError: Type.Boolean(),
  durationMs: count(),
});

/** Something the gateway notes for the reader, not for the model: an interrupted run, a reset. */
export const NoticeMessage = closed({
  ...identity,
  role: Type.Literal("notice"),
  kind: oneOf(["interrupted", "error", "reset", "compaction", "note"]),
  content: Type.Array(TextBlock),
});

export const ChatMessage = Type.Union([UserMessage, AssistantMessage, ToolResultMessage, NoticeMessage]);
export type ChatMessage = Static<typeof ChatMessage>;
export type AssistantMessage = Static<typeof AssistantMessage>;
export type UserMessage = Static<typeof UserMessage>;
export type ToolResultMessage = Static<typeof ToolResultMessage>;
export type NoticeMessage = Static<typeof NoticeMessage>;
