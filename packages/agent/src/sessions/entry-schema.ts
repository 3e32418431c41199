/** Reads a line of a transcript: what is not exactly a known entry is not an entry. */

import { compileValidator } from "@skykoi/schema";
import { Type, type Static } from "typebox";

import type { TranscriptEntry } from "../port.ts";

export const TRANSCRIPT_VERSION = 2;

const identity = {
  id: Type.String({ minLength: 1 }),
  parentId: Type.Union([Type.String(), Type.Null()]),
  timestamp: Type.Number({ minimum: 0 }),
};

const count = () => Type.Number({ minimum: 0 });
const text = Type.Object({ type: Type.Literal("text"), text: Type.String() });
const image = Type.Object({
  type: Type.Literal("image"),
  mimeType: Type.String(),
  media: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  sizeBytes: count(),
});
const thinking = Type.Object({
  type: Type.Literal("thinking"),
  thinking: Type.String(),
  signature: Type.Optional(Type.String()),
});
const toolCall = Type.Object({
  type: Type.Literal("toolCall"),
  id: Type.String(),
  name: Type.String(),
  title: Type.String(),
  arguments: Type.Unknown(),
});
const usage = Type.Object({
  inputTokens: count(),
  outputTokens: count(),
  cacheReadTokens: count(),
  cacheWriteTokens: count(),
});

const origin = Type.Object({
  kind: Type.Enum(["channel", "cron", "heartbeat", "hook", "session", "subagent", "system"]),
  label: Type.Optional(Type.String()),
});
const overrides = Type.Object({
  model: Type.Optional(Type.String()),
  thinking: Type.Optional(Type.Enum(["off", "low", "medium", "high"])),
  instructions: Type.Optional(Type.String()),
  timeoutMs: Type.Optional(count()),
  report: Type.Optional(Type.Boolean()),
  compact: Type.Optional(Type.Object({ instructions: Type.String() })),
  toolsAllow: Type.Optional(Type.Array(Type.String())),
  fallbacks: Type.Optional(Type.Array(Type.String())),
  lightContext: Type.Optional(Type.Boolean()),
  rootRunId: Type.Optional(Type.String()),
});

const Entry = Type.Union([
  Type.Object({
    ...identity,
    type: Type.Literal("user"),
    runId: Type.String(),
    content: Type.Array(Type.Union([text, image])),
    origin: Type.Optional(origin),
    overrides: Type.Optional(overrides),
    command: Type.Optional(Type.Literal(true)),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("joined"),
    runId: Type.String(),
    into: Type.String(),
    shortened: Type.Optional(Type.Boolean()),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("assistant"),
    runId: Type.String(),
    content: Type.Array(Type.Union([text, thinking, toolCall])),
    model: Type.String(),
    stopReason: Type.Union([
      Type.Literal("stop"),
      Type.Literal("toolUse"),
      Type.Literal("length"),
      Type.Literal("aborted"),
      Type.Literal("error"),
    ]),
    usage,
    costUsd: count(),
    errorMessage: Type.Optional(Type.String()),
    command: Type.Optional(Type.Literal(true)),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("toolResult"),
    runId: Type.String(),
    toolCallId: Type.String(),
    toolName: Type.String(),
    content: Type.Array(Type.Union([text, image])),
    isError: Type.Boolean(),
    durationMs: count(),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("notice"),
    runId: Type.Optional(Type.String()),
    kind: Type.Union([
      Type.Literal("interrupted"),
      Type.Literal("error"),
      Type.Literal("reset"),
      Type.Literal("compaction"),
      Type.Literal("note"),
    ]),
    content: Type.Array(text),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("runEnd"),
    runId: Type.String(),
    outcome: Type.Union([
      Type.Literal("completed"),
      Type.Literal("aborted"),
      Type.Literal("failed"),
      Type.Literal("interrupted"),
    ]),
    answeredBy: Type.Optional(Type.String()),
  }),
  Type.Object({
    ...identity,
    type: Type.Literal("compaction"),
    runId: Type.Optional(Type.String()),
    summary: Type.String(),
    firstKeptId: Type.Union([Type.String(), Type.Null()]),
    tokensBefore: count(),
  }),
  Type.Object({ ...identity, type: Type.Literal("modelChange"), model: Type.String() }),
  Type.Object({ ...identity, type: Type.Literal("label"), label: Type.String() }),
  Type.Object({ ...identity, type: Type.Literal("custom"), name: Type.String(), data: Type.Unknown() }),
]);

const Header = Type.Object({
  type: Type.Literal("session"),
  version: Type.Integer({ minimum: 1 }),
  id: Type.String(),
  timestamp: Type.Number(),
  sessionKey: Type.Optional(Type.String()),
  previousSessionId: Type.Optional(Type.String()),
  forkedFrom: Type.Optional(
    Type.Object({ sessionId: Type.String(), entryId: Type.Union([Type.String(), Type.Null()]) }),
  ),
});

/** The first line of a transcript. Version 1 did not name its key. */
export type TranscriptHeader = Static<typeof Header>;

const checkEntry = compileValidator(Entry);
const checkHeader = compileValidator(Header);

export type TranscriptLine =
  | { readonly kind: "header"; readonly header: TranscriptHeader }
  | { readonly kind: "entry"; readonly entry: TranscriptEntry }
  | { readonly kind: "corrupt" };

export const parseLine = (line: string): TranscriptLine => {
  const value = parseJson(line);
  const entry = checkEntry(value);
  if (entry.ok) return { kind: "entry", entry: entry.value };
  const header = checkHeader(value);
  if (header.ok) return { kind: "header", header: header.value };
  return { kind: "corrupt" };
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
