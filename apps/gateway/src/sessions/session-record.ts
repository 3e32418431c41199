/** What is remembered of a session beside its transcript: figures a list shows, and what it does differently. */

import { randomUUID } from "node:crypto";

import { compileValidator } from "@skykoi/schema";
import { Type, type Static } from "typebox";

const count = () => Type.Number({ minimum: 0 });
const sessionId = () => Type.String({ pattern: "^[\\w-]+$" });

/** What one session does differently from the configuration; kept over resets. */
const SessionOverrides = Type.Object({
  /** A model reference or an alias. */
  model: Type.Optional(Type.String()),
  thinking: Type.Optional(Type.Enum(["off", "low", "medium", "high"])),
  queueMode: Type.Optional(Type.Enum(["steer", "followup", "collect", "interrupt"])),
});

export const SessionRecord = Type.Object({
  sessionId: sessionId(),
  /** Milliseconds since the epoch, as all times here. */
  createdAt: count(),
  /** The last message or answer. */
  updatedAt: count(),
  /** The last message of a person, or answer to one. */
  lastInteractionAt: Type.Optional(count()),
  label: Type.String(),
  model: Type.String(),
  inputTokens: count(),
  outputTokens: count(),
  totalTokens: count(),
  /** What the conversation occupied of the model's window at the last call. */
  contextTokens: count(),
  costUsd: count(),
  /** Set durably before the first input is accepted, cleared when nothing is unfinished: what to look at after a crash. */
  open: Type.Boolean(),
  /** Sessions of this key before the last reset that may still have unfinished work. */
  earlierOpen: Type.Optional(Type.Array(sessionId())),
  /** The session of this key before the last reset. */
  previousSessionId: Type.Optional(sessionId()),
  overrides: Type.Optional(SessionOverrides),
  /** Of a sub-agent: who began it, and how many are above it. Without it, it may begin none itself. */
  spawnedBy: Type.Optional(Type.Object({ sessionKey: Type.String(), depth: Type.Integer({ minimum: 1 }) })),
});
export type SessionRecord = Static<typeof SessionRecord>;

const validate = compileValidator(SessionRecord);

export const parseSessionRecord = (value: unknown): SessionRecord | undefined => {
  const parsed = validate(value);
  return parsed.ok ? parsed.value : undefined;
};

export const newSessionRecord = (key: string, at: number): SessionRecord => ({
  sessionId: `ses_${randomUUID().replaceAll("-", "")}`,
  createdAt: at,
  updatedAt: at,
  label: key,
  model: "",
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  contextTokens: 0,
  costUsd: 0,
  open: false,
});

/** The record of the session that follows: a new id, figures from the beginning, name and wishes as they were. */
export const succeedingRecord = (key: string, before: SessionRecord, at: number): SessionRecord => {
  const { sessionId: previousSessionId, label, overrides, spawnedBy, open, earlierOpen = [] } = before;
  const stillOpen = open ? [...earlierOpen, previousSessionId] : earlierOpen;
  return {
    ...newSessionRecord(key, at),
    label,
    previousSessionId,
    ...(overrides && { overrides }),
    ...(spawnedBy && { spawnedBy }),
    ...(stillOpen.length > 0 && { earlierOpen: stillOpen }),
  };
};
