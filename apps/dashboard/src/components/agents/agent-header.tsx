"use client";

/** The bar above an agent's page: who it is, how it is, its views, and what can be done with it. */

import type { AgentView, MeView } from "@skykoi/api/views";
import { ChevronLeft } from "lucide-react";
import Link from "next/link";

import { agentPath, agentTimelinePath, homePath } from "../../routes.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { Button } from "../ui/button.tsx";
import { shortModelName } from "./model-name.ts";
import { MoreMenu } from "./more-menu.tsx";
import { PhaseBadge } from "./phase-badge.tsx";

export type AgentTab = "chat" | "timeline";

interface AgentHeaderProps {
  readonly agent: AgentView;
  readonly tab: AgentTab;
  readonly canChat: boolean;
  readonly model: MeView["model"];
  /** Whether what is shown is what is known right now. */
  readonly live: boolean;
  readonly role: MeView["organization"]["role"];
  readonly onChanged: (agent: AgentView) => void;
}

export const AgentHeader = ({ agent, tab, canChat, model, live, role, onChanged }: AgentHeaderProps) => (
  <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line pr-2 pl-2 md:pr-3 md:pl-5">
    <Button asChild look="ghost" size="icon" className="-mr-2 md:hidden">
      <Link href={homePath} aria-label="Back to your Koi">
        <ChevronLeft aria-hidden />
      </Link>
    </Button>
    <KoiAvatar id={agent.id} sizePx={32} />
    <div className="min-w-0 grow leading-tight">
      <h1 className="truncate font-semibold tracking-tight">{agent.name}</h1>
      <div className="flex items-center gap-3">
        {live ? <PhaseBadge agent={agent} /> : <span className="text-small text-ink-faint">Reconnecting</span>}
        <span className="truncate text-small text-ink-faint max-md:hidden" title={model.ref}>
          <span className="sr-only">Model: </span>
          {shortModelName(model.ref)}
        </span>
      </div>
    </div>
    {canChat ? (
      <nav aria-label="Views" className="flex gap-0.5">
        <Tab href={agentPath(agent.id)} current={tab === "chat"} words="Chat" />
        <Tab href={agentTimelinePath(agent.id)} current={tab === "timeline"} words="Timeline" />
      </nav>
    ) : null}
    {role === "VIEWER" || agent.desired === "terminated" ? null : <MoreMenu agent={agent} onChanged={onChanged} />}
  </header>
);

const Tab = ({ href, current, words }: { href: string; current: boolean; words: string }) => (
  <Link
    href={href}
    replace
    aria-current={current ? "page" : undefined}
    className="grid h-8 place-items-center rounded-base px-2.5 text-small font-medium text-ink-faint transition-colors duration-150 hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink max-md:h-11"
  >
    {words}
  </Link>
);
