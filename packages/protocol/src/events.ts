/** Every event a gateway sends, with the scope a client needs to see it. */

import { Type, type Static, type TSchema } from "typebox";

import { ApprovalRequest, ApprovalResolution } from "./approval.ts";
import { closed, count, oneOf, text, timestamp } from "./closed.ts";
import { ConnectChallenge } from "./handshake.ts";
import { Health, PresenceEntry } from "./health.ts";
import { AssistantMessage, Usage } from "./message.ts";
import { CronRun } from "./methods/cron.ts";
import { Heartbeat } from "./methods/heartbeat.ts";
import type { Scope } from "./scopes.ts";

const run = {
  runId: Type.String(),
  sessionKey: Type.String(),
  agentId: Type.String(),
  /** Counts the events of this run from 1. */
  seq: count(),
};

/** The run that gave the answer, where the message of this one had joined it. */
const answeredBy = Type.Optional(Type.String());

const DeltaMessage = closed({
  role: Type.Literal("assistant"),
  content: Type.Array(closed({ type: Type.Literal("text"), text: Type.String() })),
  timestamp: timestamp(),
});

export const ChatEvent = Type.Union([
  closed({
    ...run,
    state: Type.Literal("status"),
    /** `joined`: another run saw the message and answers it. */
    phase: oneOf(["queued", "started", "retrying", "joined"]),
    answeredBy,
    detail: Type.Optional(Type.String()),
  }),
  closed({
    ...run,
    state: Type.Literal("delta"),
    deltaText: Type.String(),
    /** Several pieces in one, for a client that does not keep up: the number of the first of them. */
    fromSeq: Type.Optional(count()),
    /** The answer so far; sent at most twice a second, with the deltas in between. */
    message: Type.Optional(DeltaMessage),
  }),
  closed({
    ...run,
    state: Type.Literal("final"),
    answeredBy,
    message: AssistantMessage,
    stopReason: Type.String(),
    usage: Usage,
    costUsd: Type.Number({ minimum: 0 }),
  }),
  closed({ ...run, state: Type.Literal("aborted"), answeredBy, message: Type.Optional(AssistantMessage) }),
  closed({ ...run, state: Type.Literal("error"), answeredBy, errorMessage: Type.String(), errorKind: Type.String() }),
]);
export type ChatEvent = Static<typeof ChatEvent>;

const agentEvent = { ...run, ts: timestamp() };

const stream = <N extends string, D extends TSchema>(name: N, data: D) =>
  closed({ ...agentEvent, stream: Type.Literal(name), data });

export const AgentEvent = Type.Union([
  stream("lifecycle", closed({ phase: oneOf(["start", "end", "error"]), error: Type.Optional(Type.String()) })),
  stream("assistant", closed({ text: Type.String(), delta: Type.String() })),
  stream("reasoning", closed({ delta: Type.String() })),
  stream(
    "tool",
    Type.Union([
      closed({
        phase: Type.Literal("start"),
        toolCallId: Type.String(),
        name: Type.String(),
        title: Type.String(),
        args: Type.Unknown(),
      }),
      closed({
        phase: Type.Literal("update"),
        toolCallId: Type.String(),
        name: Type.String(),
        /** The output so far, or the end of it; it takes the place of the update before. */
        partialResult: Type.String(),
      }),
      closed({
        phase: Type.Literal("result"),
        toolCallId: Type.String(),
        name: Type.String(),
        result: Type.String(),
        isError: Type.Boolean(),
        durationMs: count(),
      }),
    ]),
  ),
  stream(
    "compaction",
    Type.Union([
      closed({ phase: Type.Literal("start"), tokensBefore: count() }),
      closed({
        phase: Type.Literal("end"),
        tokensBefore: count(),
        /** Left out when it was stopped. */
        tokensAfter: Type.Optional(count()),
        completed: Type.Boolean(),
      }),
    ]),
  ),
  stream("usage", closed({ usage: Usage, costUsd: Type.Number({ minimum: 0 }), contextTokens: count() })),
]);
export type AgentEvent = Static<typeof AgentEvent>;

/** Something that a list of sessions shows is another; the list is asked for again. */
const SessionsChangedEvent = closed({
  sessionKey: Type.String(),
  agentId: Type.String(),
  reason: oneOf(["created", "updated", "reset", "deleted"]),
  ts: timestamp(),
});

/** A message was appended to a session's transcript by somebody: other clients of the session show it. */
const SessionMessageEvent = closed({
  sessionKey: Type.String(),
  agentId: Type.String(),
  /** Of a person's message; a note belongs to no run. */
  runId: Type.Optional(Type.String()),
  message: Type.Unknown(),
});

const CronEvent = closed({
  action: oneOf(["added", "updated", "removed", "started", "finished"]),
  jobId: Type.String(),
  name: Type.String(),
  nextRunAtMs: Type.Optional(timestamp()),
  runId: Type.Optional(Type.String()),
  runAtMs: Type.Optional(timestamp()),
  /** With `finished`. */
  status: Type.Optional(CronRun.properties.status),
  error: Type.Optional(Type.String()),
  durationMs: Type.Optional(count()),
});

interface EventSpec {
  /** undefined: every authenticated client sees it. */
  readonly scope: Scope | undefined;
  readonly summary: string;
  readonly payload: TSchema;
  /** Durable events carry a cursor and are replayed by `resume`. */
  readonly durable: boolean;
}

const event = <const E extends EventSpec>(spec: E): E => spec;

export const EVENTS = {
  "connect.challenge": event({
    scope: undefined,
    summary: "The first frame of a connection, before `connect`.",
    payload: ConnectChallenge,
    durable: false,
  }),
  chat: event({
    scope: "operator.read",
    summary: "The answer of a run as it grows, and its end: one of final, aborted, error.",
    payload: ChatEvent,
    durable: true,
  }),
  agent: event({
    scope: "operator.read",
    summary: "What the agent does inside a run: lifecycle, tools, reasoning, compaction, usage.",
    payload: AgentEvent,
    durable: true,
  }),
  "session.message": event({
    scope: "operator.read",
    summary: "A user's message was accepted into a session, or a note was put there.",
    payload: SessionMessageEvent,
    durable: true,
  }),
  "sessions.changed": event({
    scope: "operator.read",
    summary: "A session was created, changed, begun anew or deleted.",
    payload: SessionsChangedEvent,
    durable: false,
  }),
  presence: event({
    scope: "operator.read",
    summary: "The connected clients changed.",
    payload: closed({ presence: Type.Array(PresenceEntry) }),
    durable: false,
  }),
  health: event({ scope: "operator.read", summary: "The health changed.", payload: Health, durable: false }),
  "config.changed": event({
    scope: "operator.read",
    summary: "An edit of skykoi.json came into force, or waits for a restart.",
    payload: closed({
      hash: Type.String(),
      changed: Type.Array(Type.String()),
      restartNeeded: Type.Array(Type.String()),
    }),
    durable: false,
  }),
  cron: event({
    scope: "operator.read",
    summary: "A scheduled job was added, changed or removed, or a run of it began or ended.",
    payload: CronEvent,
    durable: false,
  }),
  "exec.approval.requested": event({
    scope: "operator.approvals",
    summary: "A command waits for a person's word.",
    payload: ApprovalRequest,
    durable: false,
  }),
  "exec.approval.resolved": event({
    scope: "operator.approvals",
    summary: "A command that waited has its answer, or waits no more.",
    payload: ApprovalResolution,
    durable: false,
  }),
  heartbeat: event({
    scope: "operator.read",
    summary: "The agent looked after its tasks, or there was a reason not to.",
    payload: Heartbeat,
    durable: false,
  }),
  tick: event({
    scope: undefined,
    summary: "The gateway is alive.",
    payload: closed({ ts: timestamp() }),
    durable: false,
  }),
  shutdown: event({
    scope: undefined,
    summary: "The gateway is stopping; reconnect after the given time.",
    payload: closed({ reason: text(200), restartExpectedMs: Type.Optional(count()) }),
    durable: false,
  }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventPayload<N extends EventName> = Static<(typeof EVENTS)[N]["payload"]>;
