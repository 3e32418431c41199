"use client";

/** The chat with one agent. */

import type { AgentView } from "@skykoi/api/views";
import type { AgentModel } from "@skykoi/client";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef } from "react";

import { loadMarkdown } from "../markdown/lazy-markdown.tsx";
import { useNow } from "../shell/use-now.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Composer } from "./composer.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { DemoNotice } from "./demo-notice.tsx";
import { MessageList } from "./message-list.tsx";
import { Suggestions } from "./suggestions.tsx";
import { useAnnouncement } from "./use-announcement.ts";
import { useChat } from "./use-chat.ts";
import { useStickToBottom } from "./use-stick-to-bottom.ts";
import { useStopOnEscape } from "./use-stop-on-escape.ts";

const dayChangeMs = 60_000;

interface ChatProps {
  readonly agent: AgentView;
  readonly model: AgentModel;
  /** The agent said which model it has; it may not be the one of the platform. */
  readonly onModel: (model: AgentModel) => void;
}

export const Chat = ({ agent, model, onModel }: ChatProps) => {
  const chat = useChat(agent.id);
  useEffect(() => {
    if (chat.model) onModel(chat.model);
  }, [chat.model, onModel]);
  const now = useNow(dayChangeMs) ?? Date.parse(agent.createdAt);
  const { viewport, content, atBottom, toBottom } = useStickToBottom(chat.oldestId);
  const announcement = useAnnouncement(chat.rows, chat.busy, agent.name);
  useEffect(() => {
    // Beside the history, so that both are there together. When it fails, the first answer asks again.
    loadMarkdown().catch(() => undefined);
  }, []);
  useStopOnEscape(chat.busy ? chat.session?.stop : undefined);

  const send = (text: string) => {
    chat.session?.send(text);
    toBottom();
  };

  return (
    <>
      {model.demo ? <DemoNotice /> : null}
      <div className="relative min-h-0 grow">
        <div ref={viewport} data-scroll className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]">
          <div
            ref={content}
            className="mx-auto flex min-h-full max-w-[calc(var(--container-read)+3rem)] flex-col px-4 pt-6 pb-10 md:px-6"
          >
            {chat.hasMore && chat.session ? <OlderEdge key={chat.oldestId} onReached={chat.session.loadOlder} /> : null}
            {chat.loaded ? null : <ChatSkeleton />}
            {chat.loaded && chat.rows.length === 0 ? (
              <div className="my-auto">
                <Suggestions agent={agent} onPick={send} />
              </div>
            ) : null}
            <MessageList
              agentId={agent.id}
              rows={chat.rows}
              now={now}
              onRetry={(key) => chat.session?.sendAgain(key)}
              onSend={send}
            />
          </div>
        </div>
        <div
          aria-hidden
          className="pointer-events-none absolute inset-x-0 bottom-0 h-5 bg-linear-to-t from-canvas to-transparent"
        />
        {atBottom ? null : (
          <Button
            size="small"
            onClick={toBottom}
            className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-appear rounded-full shadow-float"
          >
            <ArrowDown aria-hidden />
            Newest
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {announcement}
      </p>
      <ConnectionLine connection={chat.connection} loaded={chat.loaded} />
      <Composer
        agentId={agent.id}
        agentName={agent.name}
        busy={chat.busy}
        ready={chat.session !== undefined}
        onSend={send}
        onStop={() => chat.session?.stop()}
      />
    </>
  );
};

/** Comes into view when the reader scrolls to the top: then older messages are read. */
const OlderEdge = ({ onReached }: { onReached: () => void }) => {
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = edge.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onReached(), {
      root: element.closest("[data-scroll]"),
      rootMargin: "600px 0px 0px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onReached]);
  return (
    <div ref={edge} className="grid h-10 place-items-center text-micro text-ink-faint" role="status">
      Loading older messages
    </div>
  );
};

const ChatSkeleton = () => (
  <div className="mt-auto grid gap-6" role="status" aria-label="Loading the conversation">
    <Skeleton className="ml-auto h-10 w-56 rounded-[14px]" />
    <div className="grid gap-2.5 md:pl-[2.625rem]">
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-11/12" />
      <Skeleton className="h-3.5 w-2/3" />
    </div>
  </div>
);
