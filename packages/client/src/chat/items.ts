/** A chat as the list a view shows, from top to bottom: each thing once, wherever it is known from. */

import type { AssistantMessage, ChatMessage, NoticeMessage } from "@skykoi/protocol/wire";

import { ignoring, type Block, type ToolBlock } from "./blocks.ts";
import { STOPPED } from "./live-run.ts";
import { plainText } from "./plain-text.ts";
import type { ChatState, LiveRun, LocalSend } from "./state.ts";

interface Item {
  /** Stable while the item grows; the key of a person's message also from its sending into the history. */
  readonly key: string;
  readonly runId?: string | undefined;
  /** Milliseconds since the epoch, where known. */
  readonly at?: number | undefined;
}

export type ChatItem =
  | (Item & {
      readonly kind: "user";
      readonly text: string;
      readonly state: "sent" | "sending" | "queued" | "failed";
      readonly error?: string;
      readonly retryable?: boolean;
    })
  | (Item & { readonly kind: "text"; readonly text: string; readonly streaming: boolean })
  | (Item & { readonly kind: "thinking"; readonly text: string })
  | (Item & Omit<ToolBlock, "state"> & { readonly state: ToolBlock["state"] | "interrupted" })
  | (Item & { readonly kind: "notice"; readonly notice: NoticeMessage["kind"] | "aborted"; readonly text: string });

export const chatItems = (state: ChatState): readonly ChatItem[] => {
  const live = new Map(state.runs.map((run) => [run.runId, run]));
  const settled = groupsOf(state.messages).flatMap((group) => {
    const run = group.runId === undefined ? undefined : live.get(group.runId);
    if (run) live.delete(run.runId);
    return run ? withLive(group.messages, run) : [...settledItems(group.messages, undefined), ...silentEnd(group)];
  });
  const joined = new Set(
    state.messages.flatMap((message) => (answeredBy(message) === undefined ? [] : [message.runId])),
  );
  const fresh = [...live.values()].filter(({ runId }) => !joined.has(runId)).flatMap((run) => withLive([], run));
  return [...settled, ...fresh, ...state.sends.map(sendItem)];
};

/** The run that works now: what the stop button stops. */
export const activeRun = (state: ChatState): LiveRun | undefined =>
  state.runs.find(({ status }) => status === "running");

interface Group {
  readonly runId: string | undefined;
  readonly messages: ChatMessage[];
}

const groupsOf = (messages: readonly ChatMessage[]): readonly Group[] => {
  const groups: Group[] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const runId = answeredBy(message) ?? message.runId;
    if (last && runId !== undefined && last.runId === runId) last.messages.push(message);
    else groups.push({ runId, messages: [message] });
  }
  return groups;
};

/** The run inside which a person's message was answered, when it joined one. */
const answeredBy = (message: ChatMessage): string | undefined =>
  message.role === "user" ? message.answeredBy : undefined;

/**
 * A run that is over and whose last word is not an answer was stopped before it gave one: every other end leaves an
 * answer or a notice in the history.
 */
const silentEnd = ({ runId, messages }: Group): readonly ChatItem[] => {
  const last = messages.at(-1);
  if (runId === undefined || !last || !awaitsAnswer(last)) return [];
  return [{ key: `${runId}:end`, runId, at: last.timestamp, kind: "notice", notice: "aborted", text: STOPPED }];
};

const awaitsAnswer = (message: ChatMessage): boolean =>
  message.role === "user" ||
  message.role === "toolResult" ||
  (message.role === "assistant" && brokenOff(message) === undefined && toolCallIds(message).length > 0);

/** Of a run seen from its beginning the events tell all; otherwise they go on where the history ends. */
const withLive = (messages: readonly ChatMessage[], run: LiveRun): readonly ChatItem[] => {
  const own = messages.filter((message) => message.role === "user" && message.answeredBy === undefined);
  const shown = run.complete ? own : messages;
  const user = own.length === 0 && run.user ? [liveUserItem(run)] : [];
  const blocks = run.complete ? run.blocks : notIn(shown, run.blocks);
  const notice = !run.complete && tellsTheEnd(shown.at(-1)) ? [] : endItems(run);
  return [...user, ...settledItems(shown, run), ...blocks.map((block) => blockItem(run, block)), ...notice];
};

/**
 * What the history does not hold of the blocks. After an assistant message only a tool can follow in its run, so text
 * in front of any tool is that message's own, heard a little later than it was written.
 */
const notIn = (messages: readonly ChatMessage[], blocks: readonly Block[]): readonly Block[] => {
  const firstTool = blocks.findIndex(({ kind }) => kind === "tool");
  const start = messages.at(-1)?.role !== "assistant" ? 0 : firstTool < 0 ? blocks.length : firstTool;
  const called = new Set(messages.flatMap(toolCallIds));
  const said = new Set(messages.map((message) => (message.role === "user" ? message.runId : undefined)));
  return blocks
    .slice(start)
    .filter((block) => block.kind !== "tool" || !called.has(block.toolCallId))
    .filter((block) => block.kind !== "user" || !said.has(block.runId));
};

const toolCallIds = (message: ChatMessage): string[] =>
  message.role === "assistant" ? message.content.flatMap((block) => (block.type === "toolCall" ? [block.id] : [])) : [];

const tellsTheEnd = (message: ChatMessage | undefined): boolean =>
  message?.role === "notice" || (message?.role === "assistant" && brokenOff(message) !== undefined);

const settledItems = (messages: readonly ChatMessage[], run: LiveRun | undefined): readonly ChatItem[] => {
  const results = new Map(
    messages.flatMap((message) => (message.role === "toolResult" ? [[message.toolCallId, message]] : [])),
  );
  return messages.flatMap((message): readonly ChatItem[] => {
    const base = { key: message.id, runId: message.runId, at: message.timestamp };
    switch (message.role) {
      case "user": {
        const state = run?.status === "queued" ? "queued" : "sent";
        return [{ ...base, key: userKey(message.runId ?? message.id), kind: "user", text: plainText(message), state }];
      }
      case "notice":
        return [{ ...base, kind: "notice", notice: message.kind, text: plainText(message) }];
      case "toolResult":
        return [];
      case "assistant":
        return [
          ...message.content.flatMap((block, index) => assistantItem(message, block, index, results, run)),
          ...breakItems(message),
        ];
      default:
        return ignoring([], message);
    }
  });
};

const assistantItem = (
  message: AssistantMessage,
  block: AssistantMessage["content"][number],
  index: number,
  results: ReadonlyMap<string, Extract<ChatMessage, { role: "toolResult" }>>,
  run: LiveRun | undefined,
): ChatItem | [] => {
  const base = { key: `${message.id}:${index}`, runId: message.runId, at: message.timestamp };
  switch (block.type) {
    case "text":
      return { ...base, kind: "text", text: block.text, streaming: false };
    case "thinking":
      return { ...base, kind: "thinking", text: block.thinking };
    case "toolCall": {
      const call = { toolCallId: block.id, name: block.name, title: block.title, args: block.arguments };
      const result = results.get(block.id);
      if (result) {
        const state = result.isError ? "failed" : "done";
        return { ...base, kind: "tool", ...call, state, output: plainText(result), durationMs: result.durationMs };
      }
      const live = run?.blocks.find((known) => known.kind === "tool" && known.toolCallId === block.id);
      const heard = live?.kind === "tool" ? live : { state: "running" as const, output: "", durationMs: undefined };
      const state = heard.state === "running" && (!run || run.end) ? "interrupted" : heard.state;
      return { ...base, kind: "tool", ...call, state, output: heard.output, durationMs: heard.durationMs };
    }
    default:
      return ignoring([], block);
  }
};

const brokenOff = ({ stopReason, errorMessage }: AssistantMessage): RunNotice | undefined => {
  if (errorMessage !== undefined) return { notice: "error", text: errorMessage };
  return stopReason === "aborted" ? { notice: "aborted", text: STOPPED } : undefined;
};

interface RunNotice {
  readonly notice: "error" | "interrupted" | "aborted";
  readonly text: string;
}

const breakItems = (message: AssistantMessage): readonly ChatItem[] => {
  const notice = brokenOff(message);
  return notice
    ? [{ key: `${message.id}:end`, runId: message.runId, at: message.timestamp, kind: "notice", ...notice }]
    : [];
};

const blockItem = (run: LiveRun, block: Block): ChatItem => {
  const index = run.blocks.indexOf(block);
  const base = { key: `${run.runId}:${index}`, runId: run.runId };
  switch (block.kind) {
    case "text":
      return { ...base, ...block, streaming: run.end === undefined && index >= run.messageStart };
    case "thinking":
      return { ...base, ...block };
    case "user":
      return { ...base, ...block, key: userKey(block.runId), state: "sent" };
    case "tool":
      return { ...base, ...block, state: block.state === "running" && run.end ? "interrupted" : block.state };
    default:
      return block satisfies never;
  }
};

const liveUserItem = (run: LiveRun): ChatItem => ({
  key: userKey(run.runId),
  runId: run.runId,
  at: run.user?.timestamp,
  kind: "user",
  text: plainText(run.user ?? { content: [] }),
  state: run.status === "queued" ? "queued" : "sent",
});

const endItems = ({ runId, end }: LiveRun): readonly ChatItem[] =>
  end?.notice ? [{ key: `${runId}:end`, runId, kind: "notice", notice: end.notice.kind, text: end.notice.text }] : [];

const sendItem = ({ key, text, at, state, error, retryable }: LocalSend): ChatItem => ({
  key: userKey(key),
  runId: key,
  at,
  kind: "user",
  text,
  state: state === "accepted" ? "sent" : state,
  ...(error === undefined ? {} : { error, retryable }),
});

const userKey = (runId: string): string => `user:${runId}`;
