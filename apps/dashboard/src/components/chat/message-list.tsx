"use client";

/** The conversation, row by row. */

import { ChevronRight, RotateCw } from "lucide-react";
import { memo, useDeferredValue, type ReactNode } from "react";

import { formatClock, formatDay } from "../../format/moment.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { ChatRow } from "./chat-row.ts";
import { ToolCard } from "./tool-card.tsx";
import { titleParts } from "./tool-view.ts";

interface MessageListProps {
  readonly agentId: string;
  readonly rows: readonly ChatRow[];
  readonly now: number;
  /** A message that did not arrive: once more, with the same key. */
  readonly onRetry: (key: string) => void;
  /** The same words as a new message. */
  readonly onSend: (text: string) => void;
}

export const MessageList = ({ rows, ...rest }: MessageListProps) => (
  <ol className="grid grid-cols-[minmax(0,1fr)]">
    {rows.map((row) => (
      <li key={row.key} className={`first:mt-0 ${distance(row)}`}>
        <Row row={row} {...rest} />
      </li>
    ))}
  </ol>
);

/** Parts of one answer stand closer together than what two people say. */
const distance = (row: ChatRow): string => {
  if (!("leads" in row) || row.leads) return row.kind === "notice" ? "mt-4" : "mt-6";
  return row.kind === "tool" ? "mt-1.5" : "mt-4";
};

const Row = ({ agentId, row, now, onRetry, onSend }: Omit<MessageListProps, "rows"> & { row: ChatRow }): ReactNode => {
  switch (row.kind) {
    case "day":
      return <DayLine words={formatDay(row.atMs, now)} />;
    case "user":
      return <UserRow row={row} onRetry={onRetry} />;
    case "answer":
      return (
        <AgentRow agentId={agentId} leads={row.leads}>
          <Answer row={row} />
        </AgentRow>
      );
    case "thought":
      return (
        <AgentRow agentId={agentId} leads={row.leads}>
          <Thought text={row.text} />
        </AgentRow>
      );
    case "tool":
      return (
        <AgentRow agentId={agentId} leads={row.leads}>
          <ToolCard {...row} />
        </AgentRow>
      );
    case "working":
      return (
        <AgentRow agentId={agentId} leads={row.leads}>
          <p className="animate-breathe pt-0.5 text-ink-faint">{row.words}</p>
        </AgentRow>
      );
    default:
      return <NoticeRow row={row} onSend={onSend} />;
  }
};

const DayLine = ({ words }: { words: string }) => (
  <div className="flex items-center gap-4 text-micro text-ink-faint">
    <span aria-hidden className="h-px grow bg-line" />
    <h2>{words}</h2>
    <span aria-hidden className="h-px grow bg-line" />
  </div>
);

type UserRowData = Extract<ChatRow, { kind: "user" }>;

const UserRow = memo(({ row, onRetry }: { row: UserRowData; onRetry: (key: string) => void }) => (
  <div data-testid="message" data-role="user" data-delivery={row.delivery} className="grid justify-items-end gap-1">
    <h2 className="sr-only">You, {formatClock(row.atMs)}</h2>
    <div
      title={formatClock(row.atMs)}
      className={`max-w-[min(85%,36rem)] rounded-[14px] rounded-br-[5px] border border-line px-3.5 py-2 text-read whitespace-pre-wrap ${row.delivery === "sent" ? "bg-hover" : "bg-surface text-ink-soft"}`}
    >
      {titleParts(row.text).map(({ text, code }, index) =>
        code ? (
          <code key={index} className="font-mono text-[0.86em]">
            {text}
          </code>
        ) : (
          text
        ),
      )}
    </div>
    {row.delivery === "sent" ? null : (
      <div className="flex items-center gap-2 text-micro text-ink-faint">
        {deliveryWords[row.delivery]}
        {row.delivery === "failed" ? (
          <>
            <span className="text-bad-text">{row.reason}</span>
            <Button size="small" onClick={() => onRetry(row.key)}>
              Send again
            </Button>
          </>
        ) : null}
      </div>
    )}
  </div>
));
UserRow.displayName = "UserRow";

const deliveryWords: Readonly<Record<Exclude<UserRowData["delivery"], "sent">, string>> = {
  sending: "Sending",
  queued: "Queued",
  failed: "Not sent.",
};

const AgentRow = ({ agentId, leads, children }: { agentId: string; leads: boolean; children: ReactNode }) => (
  <div className="flex gap-3.5">
    <div className="w-7 shrink-0 max-md:hidden">{leads ? <KoiAvatar id={agentId} sizePx={28} /> : null}</div>
    <div className="min-w-0 grow">{children}</div>
  </div>
);

const Answer = memo(({ row }: { row: Extract<ChatRow, { kind: "answer" }> }) => {
  // While it streams, typing and scrolling go first.
  const text = useDeferredValue(row.text);
  return (
    <div data-testid="message" data-role="assistant" data-streaming={row.streaming} className="group relative">
      <h2 className="sr-only">Answer</h2>
      <LazyMarkdown text={text} />
      {row.streaming ? null : (
        <div className="absolute -bottom-7 left-0 -ml-2 opacity-0 transition-opacity duration-150 group-focus-within:opacity-100 group-hover:opacity-100 max-md:hidden">
          <CopyButton text={row.text} label="Copy answer" />
        </div>
      )}
    </div>
  );
});
Answer.displayName = "Answer";

/** What the model thought before it spoke; there for who wants to know. */
const Thought = ({ text }: { text: string }) => (
  <details className="group text-small text-ink-faint">
    <summary className="-ml-1 flex w-fit list-none items-center gap-1 rounded-small px-1 py-0.5 transition-colors duration-150 hover:text-ink-soft max-md:min-h-11 [&::-webkit-details-marker]:hidden">
      Thought
      <ChevronRight aria-hidden className="size-3.5 transition-transform duration-150 group-open:rotate-90" />
    </summary>
    <p className="mt-1 border-l border-line pl-3 whitespace-pre-wrap text-ink-soft">{text}</p>
  </details>
);

type NoticeRowData = Extract<ChatRow, { kind: "notice" }>;

const NoticeRow = ({ row, onSend }: { row: NoticeRowData; onSend: (text: string) => void }) => {
  const { again } = row;
  return (
    <div data-testid="message" data-role="notice" className="md:pl-[2.625rem]">
      {row.tone === "quiet" ? (
        <p className="text-small text-ink-faint">{row.text}</p>
      ) : (
        <Notice
          look={row.tone}
          action={
            again === undefined ? undefined : (
              <Button size="small" onClick={() => onSend(again)}>
                <RotateCw aria-hidden />
                Send again
              </Button>
            )
          }
        >
          {row.text}
        </Notice>
      )}
    </div>
  );
};
