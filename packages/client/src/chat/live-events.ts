/** Applies events of the gateway to the live part of a chat. */

import type { EventFrame, UserMessage } from "@skykoi/protocol/wire";

import { isCovered } from "../cursor.ts";
import { payloadOf } from "../event-payload.ts";
import { foldRunEvent, isStart, type RunEvent } from "./live-run.ts";
import { plainText } from "./plain-text.ts";
import { newRun, type ChatState, type LiveRun } from "./state.ts";

/** Events of other sessions, and those the history already contains, change nothing. */
export const applyEvent = (state: ChatState, frame: EventFrame): ChatState => {
  const accepted = payloadOf(frame, "session.message");
  if (accepted) {
    return accepted.sessionKey === state.sessionKey
      ? applyAccepted(state, frame, accepted.runId, accepted.message)
      : state;
  }
  const event = runEventOf(frame);
  return event && event.payload.sessionKey === state.sessionKey ? applyRunEvent(state, event) : state;
};

const runEventOf = (frame: EventFrame): RunEvent | undefined => {
  const chat = payloadOf(frame, "chat");
  if (chat) return { kind: "chat", payload: chat, cursor: frame.cursor };
  const agent = payloadOf(frame, "agent");
  return agent && { kind: "agent", payload: agent, cursor: frame.cursor };
};

const applyAccepted = (state: ChatState, frame: EventFrame, runId: string | undefined, message: unknown): ChatState => {
  if (isCovered(frame.cursor, state.historyCursor)) return state;
  // A note: it stands in the history alone.
  if (runId === undefined || !isUserMessage(message)) return { ...state, stale: true };
  const known = state.runs.find((run) => run.runId === runId);
  if (known?.user || state.runs.some((run) => hasTakenUp(run, runId))) return state;
  return confirmed(withRun(state, { ...(known ?? newRun(runId)), user: message }));
};

const isUserMessage = (message: unknown): message is UserMessage =>
  typeof message === "object" && message !== null && "role" in message && message.role === "user";

const applyRunEvent = (state: ChatState, event: RunEvent): ChatState => {
  if (event.kind === "chat" && "answeredBy" in event.payload && event.payload.answeredBy !== undefined) {
    return applyJoined(state, event, event.payload.answeredBy);
  }
  const { runId, seq } = event.payload;
  const known = state.runs.find((run) => run.runId === runId);
  const covered = isCovered(event.cursor, state.historyCursor);
  if (covered && !known?.complete) return state;

  const complete = seq === 1 || isStart(event);
  const run = foldRunEvent(known ?? newRun(runId, { complete, begun: !complete }), event);
  if (run === known) return state;
  if (run.end && isCovered(run.end.cursor, state.historyCursor)) return withoutRun(state, runId);
  // Of a run that was joined half-way, thoughts heard by nobody here are only in the history.
  const hasHoles = run.broken || (!run.complete && run.end !== undefined);
  return confirmed({ ...withRun(state, run), stale: state.stale || hasHoles });
};

/** The message moves into the run that answers it, at the place where that run stands; its own end says nothing new. */
const applyJoined = (state: ChatState, { payload, cursor }: RunEvent, answeredBy: string): ChatState => {
  const joined = state.runs.find(({ runId }) => runId === payload.runId);
  const host = state.runs.find(({ runId }) => runId === answeredBy);
  if (isCovered(cursor, state.historyCursor)) return withoutRun(state, payload.runId);
  if (!("phase" in payload)) return joined ? { ...withoutRun(state, payload.runId), stale: true } : state;
  if (host && hasTakenUp(host, payload.runId)) return withoutRun(state, payload.runId);
  const known = confirmed(joined ? state : withRun(state, newRun(payload.runId)));
  const user = known.runs.find(({ runId }) => runId === payload.runId)?.user;
  if (!host || !user) return { ...withoutRun(known, payload.runId), stale: true };
  const text = plainText(user);
  const blocks = [...host.blocks, { kind: "user" as const, runId: payload.runId, text }];
  return withoutRun(withRun(known, { ...host, blocks, messageStart: blocks.length }), payload.runId);
};

/** Whether the message of that run is part of this one. */
const hasTakenUp = ({ blocks }: LiveRun, runId: string): boolean =>
  blocks.some((block) => block.kind === "user" && block.runId === runId);

const withRun = (state: ChatState, run: LiveRun): ChatState => {
  const index = state.runs.findIndex(({ runId }) => runId === run.runId);
  return { ...state, runs: index < 0 ? [...state.runs, run] : state.runs.with(index, run) };
};

const withoutRun = (state: ChatState, runId: string): ChatState => ({
  ...state,
  runs: state.runs.filter((run) => run.runId !== runId),
});

/** Ends local sends whose message is known from the gateway by now; a run without its message takes it from there. */
export const confirmed = (state: ChatState): ChatState => {
  if (state.sends.length === 0) return state;
  const runs = state.runs.map((run) => {
    const send = run.user ? undefined : state.sends.find(({ key }) => key === run.runId);
    return send ? { ...run, user: { content: [{ type: "text" as const, text: send.text }], timestamp: send.at } } : run;
  });
  const isKnown = (key: string): boolean =>
    runs.some((run) => run.runId === key || hasTakenUp(run, key)) ||
    state.messages.some((message) => message.role === "user" && message.runId === key);
  return { ...state, runs, sends: state.sends.filter(({ key }) => !isKnown(key)) };
};
