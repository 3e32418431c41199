"use client";

/** The left rail: home, the agents, who is signed in. */

import type { AgentView, MeView } from "@skykoi/api/views";
import { Plus, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

import { agentPath, homePath, newAgentPath } from "../../routes.ts";
import { phaseMeaning } from "../agents/phase.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { KoiMark } from "../brand/koi-mark.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { dotClass } from "../ui/tone.ts";
import { useHydrated } from "./use-hydrated.ts";
import { UserMenu } from "./user-menu.tsx";

interface RailProps {
  readonly me: MeView;
  readonly agents: readonly AgentView[];
  readonly onSearch: () => void;
}

const row =
  "flex h-8 w-full items-center gap-2.5 rounded-small px-2 text-body text-ink-soft transition-colors duration-150 hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink [&_svg]:shrink-0";

export const Rail = ({ me, agents, onSearch }: RailProps) => {
  const path = usePathname();
  const current = (href: string) => (path === href ? "page" : undefined);
  return (
    <aside aria-label="Rail" className="hidden w-60 shrink-0 flex-col border-r border-line bg-sunken md:flex">
      <Link
        href={homePath}
        className="mx-2 mt-3 flex h-10 items-center gap-2 rounded-small px-2 text-[0.9375rem] font-semibold tracking-tight"
      >
        <KoiMark className="size-6" />
        SkyKoi
      </Link>
      <nav aria-label="Main" data-scroll className="mt-3 min-h-0 grow overflow-y-auto px-2">
        <button type="button" className={row} onClick={onSearch}>
          <Search aria-hidden className="size-4" />
          <span className="grow text-left">Search</span>
          <PaletteKeys />
        </button>
        <div className="mt-5 flex h-7 items-center pl-2">
          <Link
            href={homePath}
            aria-current={current(homePath)}
            className="grow rounded-small text-small font-medium text-ink-faint hover:text-ink aria-[current=page]:text-ink"
          >
            Your Koi
          </Link>
          <Link
            href={newAgentPath}
            aria-label="New Koi"
            title="New Koi"
            className="grid size-7 place-items-center rounded-small text-ink-faint transition-colors duration-150 hover:bg-hover hover:text-ink"
          >
            <Plus aria-hidden className="size-4" />
          </Link>
        </div>
        <ul className="mt-1 grid grid-cols-[minmax(0,1fr)] gap-px">
          {agents.map((agent) => (
            <li key={agent.id}>
              <Link href={agentPath(agent.id)} aria-current={current(agentPath(agent.id))} className={row}>
                <KoiAvatar id={agent.id} sizePx={20} />
                <span className="min-w-0 grow truncate">{agent.name}</span>
                <span className={`size-1.5 shrink-0 rounded-full ${dotClass[phaseMeaning(agent).tone]}`}>
                  <span className="sr-only">{phaseMeaning(agent).words}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="border-t border-line p-2">
        <UserMenu me={me} />
      </div>
    </aside>
  );
};

/** As the reader's keyboard has it; the server does not know which that is. */
const PaletteKeys = () => {
  const isApple = useHydrated() && /Mac|iPhone|iPad/.test(navigator.userAgent);
  return <Kbd>{isApple ? "⌘K" : "Ctrl K"}</Kbd>;
};
