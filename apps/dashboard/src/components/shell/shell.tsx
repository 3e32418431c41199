"use client";

/** The frame behind the sign-in: the rail (a bar on phones), the page, the palette. */

import type { AgentView, MeView } from "@skykoi/api/views";
import { Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState, type ReactNode } from "react";

import { homePath, newAgentPath } from "../../routes.ts";
import { useAgents } from "../agents/use-agents.ts";
import { KoiMark } from "../brand/koi-mark.tsx";
import { Button } from "../ui/button.tsx";
import { PaletteGate } from "./palette-gate.tsx";
import { Rail } from "./rail.tsx";
import { UserMenu } from "./user-menu.tsx";

interface ShellProps {
  readonly me: MeView;
  readonly agents: readonly AgentView[];
  readonly children: ReactNode;
}

export const Shell = ({ me, agents: initial, children }: ShellProps) => {
  const agents = useAgents(initial).filter(({ phase }) => phase !== "terminated");
  const [paletteOpen, setPaletteOpen] = useState(false);
  const openPalette = () => setPaletteOpen(true);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only z-50 rounded-base bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Rail me={me} agents={agents} onSearch={openPalette} />
      <PhoneBar me={me} onSearch={openPalette} />
      <main id="page" tabIndex={-1} data-scroll className="min-h-0 min-w-0 grow overflow-y-auto outline-none">
        {children}
      </main>
      <PaletteGate agents={agents} open={paletteOpen} onOpenChange={setPaletteOpen} />
    </div>
  );
};

/** An agent's own page has its own bar with the way back. */
const PhoneBar = ({ me, onSearch }: { me: MeView; onSearch: () => void }) => {
  const path = usePathname();
  if (path.startsWith("/agents/") && path !== newAgentPath) return null;
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-3 md:hidden">
      <Link href={homePath} className="flex h-11 items-center gap-2 rounded-base px-2 font-semibold tracking-tight">
        <KoiMark className="size-6" />
        SkyKoi
      </Link>
      <span className="grow" />
      <Button look="ghost" size="icon" onClick={onSearch} aria-label="Search and commands">
        <Search aria-hidden />
      </Button>
      <UserMenu me={me} compact />
    </header>
  );
};
