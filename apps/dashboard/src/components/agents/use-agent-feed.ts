"use client";

/** One agent and its timeline, live. */

import type { AgentView, TimelineEventView } from "@skykoi/api/views";
import { useEffect, useState } from "react";

import { openAgentFeed } from "./agent-feed.ts";

export interface LiveAgent {
  readonly agent: AgentView;
  readonly events: readonly TimelineEventView[];
  readonly live: boolean;
  readonly gone: boolean;
  /** Shows what an action answered before the feed says the same. */
  readonly show: (agent: AgentView) => void;
}

export const useAgentFeed = (initial: AgentView): LiveAgent => {
  const [agent, show] = useState(initial);
  const [events, setEvents] = useState<readonly TimelineEventView[]>([]);
  const [live, setLive] = useState(true);
  const [gone, setGone] = useState(false);

  useEffect(
    () =>
      openAgentFeed(initial.id, {
        onTimeline: (event) => setEvents((known) => [...known, event]),
        onAgent: show,
        onLive: setLive,
        onGone: () => setGone(true),
      }),
    [initial.id],
  );

  return { agent, events, live, gone, show };
};
