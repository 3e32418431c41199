/** The chat as a pure function of what happened: history pages, events, local sends, the connection. */

import type { EventFrame } from "@skykoi/protocol/wire";

import type { ConnectionState } from "../gateway-client.ts";
import { historyFailed, historyLoaded, historyRequested, olderLoaded, type HistoryPage } from "./history.ts";
import { applyEvent, confirmed } from "./live-events.ts";
import type { ChatConnection, ChatState, LocalSend } from "./state.ts";

export type ChatAction =
  | { readonly type: "connection"; readonly state: ConnectionState }
  /** Before `chat.history` is called for the newest page: events from now on are kept to go on top of it. */
  | { readonly type: "history-requested" }
  | { readonly type: "history-loaded"; readonly page: HistoryPage }
  | { readonly type: "history-failed"; readonly message: string }
  /** The answer to `chat.history` with `before`. */
  | { readonly type: "older-loaded"; readonly page: HistoryPage }
  | { readonly type: "event"; readonly event: EventFrame }
  /** Also to send a failed message again, with the same key. */
  | { readonly type: "send"; readonly key: string; readonly text: string; readonly at: number }
  | { readonly type: "send-accepted"; readonly key: string }
  | { readonly type: "send-failed"; readonly key: string; readonly message: string; readonly retryable: boolean }
  | { readonly type: "send-discarded"; readonly key: string };

export const chatReducer = (state: ChatState, action: ChatAction): ChatState => {
  switch (action.type) {
    case "connection":
      return connectionChanged(state, action.state);
    case "history-requested":
      return historyRequested(state);
    case "history-loaded":
      return historyLoaded(state, action.page);
    case "history-failed":
      return historyFailed(state, action.message);
    case "older-loaded":
      return olderLoaded(state, action.page);
    case "event":
      return applyEvent(kept(state, action.event), action.event);
    case "send":
      return confirmed(withSend(state, { ...action, state: "sending", error: undefined, retryable: false }));
    case "send-accepted":
      return changeSend(state, action.key, { state: "accepted" });
    case "send-failed":
      return changeSend(state, action.key, { state: "failed", error: action.message, retryable: action.retryable });
    case "send-discarded":
      return { ...state, sends: state.sends.filter(({ key }) => key !== action.key) };
    default:
      return action satisfies never;
  }
};

const kept = (state: ChatState, event: EventFrame): ChatState =>
  state.load.kept ? { ...state, load: { ...state.load, kept: [...state.load.kept, event] } } : state;

const connectionChanged = (state: ChatState, connection: ConnectionState): ChatState => {
  const next = { ...state, connection: described(connection) };
  if (connection.kind !== "open" || !connection.hello.cursorExpired) return next;
  return { ...next, stale: true, load: { ...state.load, kept: [], expired: true } };
};

const described = (connection: ConnectionState): ChatConnection => {
  switch (connection.kind) {
    case "connecting":
    case "open":
      return { kind: connection.kind };
    case "waiting":
      return { kind: "waiting", retryAtMs: connection.retryAtMs, reason: connection.fault.message };
    case "closed":
      return { kind: "closed", ...(connection.fault ? { reason: connection.fault.message } : {}) };
    default:
      return connection satisfies never;
  }
};

const withSend = (state: ChatState, { key, text, at, ...rest }: LocalSend): ChatState => {
  const send = { key, text, at, state: rest.state, error: rest.error, retryable: rest.retryable };
  const index = state.sends.findIndex((known) => known.key === key);
  return { ...state, sends: index < 0 ? [...state.sends, send] : state.sends.with(index, send) };
};

const changeSend = (state: ChatState, key: string, change: Partial<LocalSend>): ChatState => ({
  ...state,
  sends: state.sends.map((send) => (send.key === key ? { ...send, ...change } : send)),
});
