"use client";

/** The organization's agents, a row each. */

import type { AgentView } from "@skykoi/api/views";
import { Plus } from "lucide-react";
import Link from "next/link";

import { agentPath, newAgentPath } from "../../routes.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { Ago } from "../ui/ago.tsx";
import { Button } from "../ui/button.tsx";
import { CreateAgent } from "./create-agent.tsx";
import { PhaseBadge } from "./phase-badge.tsx";
import { useAgents } from "./use-agents.ts";

export const AgentList = ({ initial }: { initial: readonly AgentView[] }) => {
  const agents = useAgents(initial).filter(({ phase }) => phase !== "terminated");
  if (agents.length === 0) return <CreateAgent first />;
  return (
    <div className="mx-auto w-full max-w-3xl px-5 pt-8 pb-16 md:px-8 md:pt-14">
      <header className="flex items-center justify-between gap-4">
        <h1 className="text-display font-semibold tracking-tight">Your Koi</h1>
        <Button asChild look="primary">
          <Link href={newAgentPath}>
            <Plus aria-hidden />
            New Koi
          </Link>
        </Button>
      </header>
      <ul className="mt-6 divide-y divide-line overflow-hidden rounded-card border border-line bg-surface shadow-raised">
        {agents.map((agent) => (
          <AgentRow key={agent.id} agent={agent} />
        ))}
      </ul>
    </div>
  );
};

const AgentRow = ({ agent }: { agent: AgentView }) => (
  <li className="relative flex items-center gap-4 px-4 py-3.5 transition-colors duration-150 has-[a:hover]:bg-hover">
    <KoiAvatar id={agent.id} sizePx={40} />
    <div className="min-w-0 grow">
      <h2 className="truncate font-medium">
        <Link href={agentPath(agent.id)} className="after:absolute after:inset-0 focus-visible:outline-offset-4">
          {agent.name}
        </Link>
      </h2>
      <p className="truncate text-small text-ink-faint">
        {agent.lastError?.message ?? (agent.purpose || "Ready for anything")}
      </p>
    </div>
    <div className="grid shrink-0 justify-items-end gap-0.5">
      <PhaseBadge agent={agent} />
      <Ago at={agent.phaseSince} className="text-micro text-ink-faint" />
    </div>
  </li>
);
