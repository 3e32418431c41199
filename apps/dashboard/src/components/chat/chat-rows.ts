/** Turns what is known of a conversation into the rows of the page. Pure. */

import type { ChatItem, LiveRun } from "@skykoi/client";

import { dayKey } from "../../format/moment.ts";
import type { ChatRow } from "./chat-row.ts";

/** `active` is the run under way, if any. */
export const chatRows = (items: readonly ChatItem[], active: LiveRun | undefined): readonly ChatRow[] => {
  const rows: ChatRow[] = [];
  const lastOfActive = active ? items.findLastIndex(({ runId }) => runId === active.runId) : -1;
  let day: string | undefined;

  items.forEach((item, index) => {
    const startsDay = item.kind === "user" && item.at !== undefined && dayKey(item.at) !== day;
    if (startsDay && item.at !== undefined) {
      day = dayKey(item.at);
      rows.push({ kind: "day", key: `day:${item.key}`, atMs: item.at });
    }
    const row = rowOf(item, !isFromAgent(rows.at(-1)));
    if (row) rows.push(row);
    if (active && index === lastOfActive && !isVisiblyAtWork(item)) rows.push(workingRow(active, rows.at(-1)));
  });
  return withRemedy(rows, items);
};

/** What went wrong last can be tried once more; what was talked over since has been dealt with. */
const withRemedy = (rows: readonly ChatRow[], items: readonly ChatItem[]): readonly ChatRow[] => {
  const [row, item] = [rows.at(-1), items.at(-1)];
  if (row?.kind !== "notice" || row.tone === "quiet" || item?.runId === undefined) return rows;
  const asked = items.findLast(({ kind, runId }) => kind === "user" && runId === item.runId);
  return asked?.kind === "user" ? [...rows.slice(0, -1), { ...row, again: asked.text }] : rows;
};

const rowOf = (item: ChatItem, leads: boolean): ChatRow | undefined => {
  const { key } = item;
  switch (item.kind) {
    case "user":
      return {
        kind: "user",
        key: item.runId ?? key,
        text: item.text,
        atMs: item.at ?? 0,
        delivery: item.state,
        ...(item.error === undefined ? {} : { reason: item.error }),
      };
    case "text":
      // A message that only calls tools has an empty text.
      return item.text.trim() === ""
        ? undefined
        : { kind: "answer", key, text: item.text, streaming: item.streaming, leads };
    case "thinking":
      return item.text.trim() === "" ? undefined : { kind: "thought", key, text: item.text, leads };
    case "tool":
      return {
        kind: "tool",
        key,
        leads,
        name: item.name,
        title: item.title,
        args: item.args,
        state: item.state === "interrupted" ? "stopped" : item.state,
        output: item.output,
        durationMs: item.durationMs ?? null,
      };
    default:
      return { kind: "notice", key, tone: noticeTones[item.notice], text: item.text };
  }
};

const noticeTones: Readonly<
  Record<Extract<ChatItem, { kind: "notice" }>["notice"], Extract<ChatRow, { kind: "notice" }>["tone"]>
> = {
  aborted: "quiet",
  reset: "quiet",
  compaction: "quiet",
  note: "quiet",
  interrupted: "warn",
  error: "bad",
};

const isFromAgent = (row: ChatRow | undefined): boolean =>
  row?.kind === "answer" || row?.kind === "thought" || row?.kind === "tool";

/** Text that grows or a tool that runs already shows that work goes on. */
const isVisiblyAtWork = (item: ChatItem): boolean =>
  (item.kind === "text" && item.streaming && item.text.trim() !== "") ||
  (item.kind === "tool" && item.state === "running");

const workingRow = (active: LiveRun, before: ChatRow | undefined): ChatRow => ({
  kind: "working",
  key: `working:${active.runId}`,
  leads: !isFromAgent(before),
  words: active.detail ?? "Thinking",
});
