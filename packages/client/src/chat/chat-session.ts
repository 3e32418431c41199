/** One conversation with an agent, in a browser or a terminal: keeps the history, the live events and what is sent in step. */

import { toFault, type Fault } from "@skykoi/fault";

import type { GatewayClient } from "../gateway-client.ts";
import type { HistoryPage } from "./history.ts";
import { activeRun } from "./items.ts";
import { chatReducer, type ChatAction } from "./reducer.ts";
import { initialChat, type ChatState } from "./state.ts";

export interface AgentModel {
  /** `provider/model`. */
  readonly ref: string;
  /** The offline demo, which is no language model. */
  readonly demo: boolean;
}

export interface ChatSession {
  readonly state: ChatState;
  /** What the agent says its model is; undefined before the first connection. */
  readonly model: AgentModel | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: (text: string) => void;
  /** The same message with the same key: if it did arrive, it is not run twice. */
  readonly sendAgain: (key: string) => void;
  /** Stops the run that works now; what waits behind it goes on. */
  readonly stop: () => void;
  readonly loadOlder: () => void;
  readonly close: () => void;
}

export interface ChatSessionOptions {
  readonly client: Pick<GatewayClient, "request" | "on" | "onState" | "close">;
  /** A new idempotency key. */
  readonly newKey: () => string;
  readonly now: () => number;
  /** Runs the flush soon: many events that arrive together become one change of the page. */
  readonly soon: (flush: () => void) => void;
  /** Default: the main session of the default agent. */
  readonly sessionKey?: string;
  readonly pageSize?: number;
  readonly retryDelayMs?: number;
}

const maxSendAttempts = 4;

export const createChatSession = (options: ChatSessionOptions): ChatSession => {
  const { client, newKey, now, soon, sessionKey = "main", pageSize = 60, retryDelayMs = 2_000 } = options;
  const listeners = new Set<() => void>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let state = initialChat;
  let model: AgentModel | undefined;
  let waiting: ChatAction[] = [];
  let loadingOlder = false;
  let closed = false;

  const flush = () => {
    const actions = waiting;
    waiting = [];
    if (closed || actions.length === 0) return;
    state = actions.reduce(chatReducer, state);
    for (const listener of listeners) listener();
    if (state.stale && state.load.outstanding === 0 && state.connection.kind === "open") void refresh();
  };

  /** In the order of what happened, at once. */
  const put = (action: ChatAction) => {
    waiting.push(action);
    flush();
  };

  const later = (act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) act();
    }, retryDelayMs);
    timers.add(timer);
  };

  const history = (before?: string): Promise<HistoryPage> =>
    client.request("chat.history", { sessionKey, limit: pageSize, ...(before === undefined ? {} : { before }) });

  const refresh = async () => {
    state = chatReducer(state, { type: "history-requested" });
    try {
      put({ type: "history-loaded", page: await history() });
    } catch (thrown) {
      // The page says so, and it is asked for again.
      const { message } = toFault(thrown);
      later(() => put({ type: "history-failed", message }));
    }
  };

  const deliver = async (key: string, message: string, attempt: number) => {
    try {
      await client.request("chat.send", { sessionKey, message, idempotencyKey: key });
      put({ type: "send-accepted", key });
    } catch (thrown) {
      // The key makes a second attempt safe, so a broken connection is not the person's business yet.
      const failure = toFault(thrown);
      if (isConnectionTrouble(failure) && attempt < maxSendAttempts && !closed) {
        later(() => void deliver(key, message, attempt + 1));
      } else {
        put({ type: "send-failed", key, message: failure.message, retryable: failure.retryable });
      }
    }
  };

  const send = (key: string, text: string) => {
    put({ type: "send", key, text, at: now() });
    void deliver(key, text, 1);
  };

  const older = async (before: string) => {
    loadingOlder = true;
    try {
      put({ type: "older-loaded", page: await history(before) });
      loadingOlder = false;
    } catch {
      // Older messages are still there; they are asked for again when the reader still wants them.
      later(() => {
        loadingOlder = false;
        for (const listener of listeners) listener();
      });
    }
  };

  const stopState = client.onState((connection) => {
    if (connection.kind === "open") {
      const { primary, demo } = connection.hello.snapshot.health.model;
      // The same object as long as nothing changed, so that nobody who compares is woken.
      if (model?.ref !== primary || model.demo !== demo) model = { ref: primary, demo };
    }
    put({ type: "connection", state: connection });
  });
  const stopEvents = client.on((event) => {
    if (waiting.push({ type: "event", event }) === 1) soon(flush);
  });

  return {
    get state() {
      return state;
    },
    get model() {
      return model;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send: (text) => send(newKey(), text),
    sendAgain: (key) => {
      const failed = state.sends.find((known) => known.key === key);
      if (failed?.state === "failed") send(key, failed.text);
    },
    stop: () => {
      const runId = activeRun(state)?.runId;
      if (runId === undefined) return;
      // When this does not arrive the run goes on, the button stays, and it can be pressed again.
      client.request("chat.abort", { sessionKey, runId }).catch(() => undefined);
    },
    loadOlder: () => {
      const oldest = state.messages[0]?.id;
      if (oldest !== undefined && state.hasMore && !loadingOlder) void older(oldest);
    },
    close: () => {
      closed = true;
      stopState();
      stopEvents();
      for (const timer of timers) clearTimeout(timer);
      client.close();
    },
  };
};

const isConnectionTrouble = (failure: Fault): boolean =>
  failure.code === "AGENT_UNREACHABLE" || failure.code === "TIMEOUT";
