/** The live feed of one agent in the browser: reconnects by itself and continues where it stopped. */

import type { AgentView, TimelineEventView } from "@skykoi/api/views";

import { callApi } from "../../platform/browser.ts";

export interface AgentFeedListener {
  readonly onTimeline: (event: TimelineEventView) => void;
  readonly onAgent: (agent: AgentView) => void;
  readonly onLive: (live: boolean) => void;
  /** The agent is gone, or no longer the reader's. */
  readonly onGone: () => void;
}

const minDelayMs = 500;
const maxDelayMs = 10_000;

/** Returns the function that ends it. */
export const openAgentFeed = (agentId: string, listener: AgentFeedListener): (() => void) => {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let lastSeq = 0;
  let delayMs = minDelayMs;

  const path = `/api/agents/${encodeURIComponent(agentId)}` as const;

  const open = () => {
    source = new EventSource(`${path}/events?after=${lastSeq}`);
    source.addEventListener("open", () => {
      delayMs = minDelayMs;
      listener.onLive(true);
    });
    source.addEventListener("timeline", (event: MessageEvent<string>) => {
      const parsed: TimelineEventView = JSON.parse(event.data);
      lastSeq = Math.max(lastSeq, parsed.seq);
      listener.onTimeline(parsed);
    });
    source.addEventListener("agent", (event: MessageEvent<string>) => listener.onAgent(JSON.parse(event.data)));
    // A new source each time rather than the browser's own retry: that one gives up for good on a refusal.
    source.addEventListener("error", () => {
      source?.close();
      listener.onLive(false);
      timer = setTimeout(() => void lookAndReopen(), delayMs);
      delayMs = Math.min(maxDelayMs, delayMs * 2);
    });
  };

  const lookAndReopen = async () => {
    const outcome = await callApi<AgentView>(path);
    if (ended) return;
    if (outcome.ok) listener.onAgent(outcome.value);
    else if (outcome.problem.status === 404) return listener.onGone();
    open();
  };

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
};
