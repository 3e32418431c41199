"use client";

/** Who is signed in: the button of the account's menu. */

import type { MeView } from "@skykoi/api/views";
import { ChevronsUpDown } from "lucide-react";
import { lazy } from "react";

import { Button } from "../ui/button.tsx";
import { OnDemand } from "../ui/on-demand.tsx";

const load = async () => ({ default: (await import("./open-user-menu.tsx")).OpenUserMenu });
const OpenUserMenu = lazy(load);

export const UserMenu = ({ me, compact = false }: { me: MeView; compact?: boolean }) => {
  const trigger = compact ? (
    <Button look="ghost" size="icon" aria-label="Your account">
      <Initial name={me.user.name} />
    </Button>
  ) : (
    <button
      type="button"
      className="flex h-10 w-full items-center gap-2.5 rounded-small px-2 text-left transition-colors duration-150 hover:bg-hover data-[state=open]:bg-hover"
    >
      <Initial name={me.user.name} />
      <span className="min-w-0 grow truncate text-body">{me.user.name}</span>
      <span className="sr-only">, your account</span>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
    </button>
  );
  return (
    <OnDemand trigger={trigger} preload={load}>
      <OpenUserMenu email={me.user.email} above={!compact} trigger={trigger} />
    </OnDemand>
  );
};

const Initial = ({ name }: { name: string }) => (
  <span
    aria-hidden
    className="grid size-6 shrink-0 place-items-center rounded-full border border-line bg-surface text-micro font-medium text-ink-soft"
  >
    {name
      .trim()
      .match(/^\p{L}/u)?.[0]
      .toUpperCase() ?? "?"}
  </span>
);
