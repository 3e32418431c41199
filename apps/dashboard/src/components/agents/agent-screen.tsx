"use client";

/** One agent: the timeline until it is ready, then the chat, with the timeline one click away. */

import type { AgentView, MeView } from "@skykoi/api/views";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";

import { Timeline } from "../timeline/timeline.tsx";
import { AgentHeader, type AgentTab } from "./agent-header.tsx";
import { GonePage } from "./gone-page.tsx";
import { phaseMeaning } from "./phase.ts";
import { TimelineActions } from "./timeline-actions.tsx";
import { useAgentFeed } from "./use-agent-feed.ts";

/** Loaded while the timeline is watched; on a ready agent's page it comes with the page. */
const Chat = dynamic(() => import("../chat/chat.tsx").then((module) => module.Chat));

interface AgentScreenProps {
  readonly initial: AgentView;
  readonly model: MeView["model"];
  readonly role: MeView["organization"]["role"];
}

/** Long enough to see the last step turn green before the chat opens. */
const handOverMs = 900;

export const AgentScreen = ({ initial, model: platformModel, role }: AgentScreenProps) => {
  const { agent, events, live, gone, show } = useAgentFeed(initial);
  const { reachable } = phaseMeaning(agent);
  const asked = useSearchParams().get("view") === "timeline" ? "timeline" : "chat";
  const [cameUp, setCameUp] = useState(reachable);
  const [ownModel, setOwnModel] = useState<MeView["model"]>();
  const model = ownModel ?? platformModel;

  useEffect(() => {
    if (!reachable || cameUp) return undefined;
    const timer = setTimeout(() => setCameUp(true), handOverMs);
    return () => clearTimeout(timer);
  }, [reachable, cameUp]);

  if (gone || agent.phase === "terminated") return <GonePage name={agent.name} />;

  // An agent that was up keeps its chat while it restarts: what was said stays readable.
  const tab: AgentTab = cameUp && agent.desired === "running" && agent.phase !== "failed" ? asked : "timeline";
  return (
    <div className="flex h-full flex-col">
      <AgentHeader agent={agent} tab={tab} canChat={cameUp} model={model} live={live} role={role} onChanged={show} />
      {tab === "chat" ? (
        <Chat agent={agent} model={model} onModel={setOwnModel} />
      ) : (
        <div data-scroll className="min-h-0 grow overflow-y-auto">
          <div className="mx-auto max-w-2xl px-5 pt-8 pb-16 md:pt-12">
            <Timeline agent={agent} events={events}>
              <TimelineActions agent={agent} onChanged={show} />
            </Timeline>
          </div>
        </div>
      )}
    </div>
  );
};
