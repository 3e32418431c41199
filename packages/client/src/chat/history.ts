/** Brings pages of `chat.history` into a chat, whatever events came before, meanwhile or come again after. */

import type { ChatMessage, MethodResult } from "@skykoi/protocol/wire";

import { isCovered, isSameEpoch } from "../cursor.ts";
import { applyEvent, confirmed } from "./live-events.ts";
import { newRun, type ChatState, type HistoryLoad, type LiveRun } from "./state.ts";

export type HistoryPage = MethodResult<"chat.history">;

export const historyRequested = (state: ChatState): ChatState => ({
  ...state,
  load: {
    ...state.load,
    outstanding: state.load.outstanding + 1,
    kept: state.load.kept ?? [],
    error: undefined,
  },
});

export const historyFailed = (state: ChatState, error: string): ChatState => {
  const load = answered(state.load);
  // Nothing to build upon yet: go on keeping events for the next attempt.
  const kept = load.kept ?? (state.stale ? state.load.kept : undefined);
  return { ...state, load: { ...load, kept, error } };
};

/** The newest page: replaces what it covers, and everything live that it already contains. */
export const historyLoaded = (state: ChatState, page: HistoryPage): ChatState => {
  const isOvertaken = isCovered(page.cursor, state.historyCursor) && page.cursor !== state.historyCursor;
  if (isOvertaken) return { ...state, load: answered(state.load) };

  const based: ChatState = {
    ...state,
    ...mergedMessages(state, page),
    sessionKey: page.sessionKey,
    historyCursor: page.cursor,
    runs: runsAfter(state, page),
    stale: false,
    load: { ...answered(state.load), expired: false, error: undefined },
  };
  const missed = (state.load.kept ?? []).filter(
    ({ cursor }) => cursor !== undefined && isSameEpoch(cursor, page.cursor) && !isCovered(cursor, page.cursor),
  );
  return confirmed(missed.reduce(applyEvent, based));
};

/** A page before the oldest message. */
export const olderLoaded = (state: ChatState, page: HistoryPage): ChatState => {
  const known = new Set(state.messages.map(({ id }) => id));
  const older = page.messages.filter(({ id }) => !known.has(id));
  return { ...state, messages: [...older, ...state.messages], hasMore: page.hasMore };
};

const answered = (load: HistoryLoad): HistoryLoad => {
  const outstanding = Math.max(0, load.outstanding - 1);
  return { ...load, outstanding, kept: outstanding > 0 ? load.kept : undefined };
};

const mergedMessages = (state: ChatState, page: HistoryPage): Pick<ChatState, "messages" | "hasMore"> => {
  const first = page.messages[0]?.id;
  const overlap = state.messages.findIndex(({ id }) => id === first);
  if (overlap <= 0) return { messages: page.messages, hasMore: page.hasMore };
  const inPage = new Set(page.messages.map(({ id }) => id));
  const before = state.messages.slice(0, overlap).filter(({ id }: ChatMessage) => !inPage.has(id));
  return { messages: [...before, ...page.messages], hasMore: state.hasMore };
};

/** Runs that go on beside the page: those seen from their beginning as they are, the others from the page on. */
const runsAfter = (state: ChatState, page: HistoryPage): readonly LiveRun[] => {
  const kept = state.load.expired ? [] : state.runs.filter((run) => outlasts(run, page));
  const find = (runId: string): LiveRun | undefined => kept.find((run) => run.runId === runId);
  const active =
    page.activeRunId === undefined
      ? []
      : [find(page.activeRunId) ?? newRun(page.activeRunId, { status: "running", begun: true, complete: false })];
  const pending = page.pendingInputs.map(
    ({ runId, text, acceptedAt }) =>
      find(runId) ?? newRun(runId, { user: { content: [{ type: "text", text }], timestamp: acceptedAt } }),
  );
  const placed = new Set([...active, ...pending].map(({ runId }) => runId));
  return [...active, ...pending, ...kept.filter(({ runId }) => !placed.has(runId))];
};

const outlasts = (run: LiveRun, page: HistoryPage): boolean =>
  run.complete && !run.broken && !(run.end && isCovered(run.end.cursor, page.cursor));
