/** What a chat view knows: settled messages from the history, runs as they are told, and messages on their way. */

import type { ChatMessage, EventFrame, UserMessage } from "@skykoi/protocol/wire";

import type { Block } from "./blocks.ts";

export interface ChatState {
  /** The full key of the session; undefined until the first history page arrived. */
  readonly sessionKey: string | undefined;
  /** From `chat.history`, oldest first, each id once. */
  readonly messages: readonly ChatMessage[];
  /** Older messages can be loaded. */
  readonly hasMore: boolean;
  /** Where the event stream stood when the newest page was cut. */
  readonly historyCursor: string | undefined;
  /** Runs told by events that the loaded history does not fully contain, in the order they were accepted. */
  readonly runs: readonly LiveRun[];
  /** Messages of this client that no event or history confirmed yet. */
  readonly sends: readonly LocalSend[];
  readonly connection: ChatConnection;
  /** Something was missed: the view loads the newest history page (`history-requested`). */
  readonly stale: boolean;
  readonly load: HistoryLoad;
}

/** A page under way. Events that arrive meanwhile are kept, to be applied again on top of the page. */
export interface HistoryLoad {
  readonly outstanding: number;
  /** undefined: nothing has to be kept. */
  readonly kept: readonly EventFrame[] | undefined;
  /** What the live runs show cannot be trusted, because the gateway lost the place where this client was. */
  readonly expired: boolean;
  readonly error: string | undefined;
}

export type ChatConnection =
  | { readonly kind: "connecting" | "open" }
  | { readonly kind: "waiting"; readonly retryAtMs: number; readonly reason: string }
  | { readonly kind: "closed"; readonly reason?: string };

export interface LiveRun {
  readonly runId: string;
  readonly user: Pick<UserMessage, "content" | "timestamp"> | undefined;
  readonly status: "queued" | "running" | "ended";
  /** Why it takes longer, for example that the model is asked again. */
  readonly detail: string | undefined;
  readonly blocks: readonly Block[];
  /** Index in `blocks` where the assistant message under way begins. */
  readonly messageStart: number;
  /** The events were seen from the beginning, so the blocks are all there is; else they follow the history. */
  readonly complete: boolean;
  /** Events in the middle were missed. */
  readonly broken: boolean;
  readonly begun: boolean;
  readonly lastSeq: number | undefined;
  readonly end: RunEnd | undefined;
}

export interface RunEnd {
  readonly notice: { readonly kind: "error" | "interrupted" | "aborted"; readonly text: string } | undefined;
  readonly cursor: string | undefined;
}

export interface LocalSend {
  /** The idempotency key, which becomes the run id. */
  readonly key: string;
  readonly text: string;
  readonly at: number;
  readonly state: "sending" | "accepted" | "failed";
  readonly error: string | undefined;
  /** After a failure: whether sending the same again may help. */
  readonly retryable: boolean;
}

export const initialChat: ChatState = {
  sessionKey: undefined,
  messages: [],
  hasMore: false,
  historyCursor: undefined,
  runs: [],
  sends: [],
  connection: { kind: "connecting" },
  stale: true,
  load: { outstanding: 0, kept: [], expired: false, error: undefined },
};

export const newRun = (runId: string, facts: Partial<LiveRun> = {}): LiveRun => ({
  runId,
  user: undefined,
  status: "queued",
  detail: undefined,
  blocks: [],
  messageStart: 0,
  complete: true,
  broken: false,
  begun: false,
  lastSeq: undefined,
  end: undefined,
  ...facts,
});
