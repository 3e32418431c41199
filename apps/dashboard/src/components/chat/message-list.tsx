"use client";

/** The conversation, row by row. */

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
  readonly onRetry: (key: string) => void;
}

export const MessageList = ({ agentId, rows, now, onRetry }: MessageListProps) => (
  <ol className="grid grid-cols-[minmax(0,1fr)]">
    {rows.map((row) => (
      <li key={row.key} className={row.kind === "tool" ? (row.leads ? "mt-6" : "mt-1.5") : "mt-6 first:mt-0"}>
        <Row agentId={agentId} row={row} now={now} onRetry={onRetry} />
      </li>
    ))}
  </ol>
);

const Row = ({ agentId, row, now, onRetry }: Omit<MessageListProps, "rows"> & { row: ChatRow }): ReactNode => {
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
      return <NoticeRow row={row} />;
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
    <summary className="w-fit rounded-small py-0.5 hover:text-ink-soft">Thought</summary>
    <p className="mt-1 border-l border-line pl-3 whitespace-pre-wrap text-ink-soft">{text}</p>
  </details>
);

const NoticeRow = ({ row }: { row: Extract<ChatRow, { kind: "notice" }> }) => (
  <div data-testid="message" data-role="notice" className="md:pl-[2.625rem]">
    {row.tone === "quiet" ? (
      <p className="text-small text-ink-faint">{row.text}</p>
    ) : (
      <Notice look={row.tone}>{row.text}</Notice>
    )}
  </div>
);
