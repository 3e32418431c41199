"use client";

/** Who is signed in, the theme, and the way out. */

import type { MeView } from "@skykoi/api/views";
import { ChevronsUpDown, LogOut } from "lucide-react";

import { Button } from "../ui/button.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../ui/menu.tsx";
import { signOut } from "./sign-out.ts";
import { ThemeItems } from "./theme-items.tsx";

export const UserMenu = ({ me, compact = false }: { me: MeView; compact?: boolean }) => (
  <Menu
    align={compact ? "end" : "start"}
    side={compact ? "bottom" : "top"}
    trigger={
      compact ? (
        <Button look="ghost" size="icon" aria-label="Your account">
          <Initial name={me.user.name} />
        </Button>
      ) : (
        <button
          type="button"
          className="flex h-10 w-full items-center gap-2.5 rounded-small px-2 text-left transition-colors duration-150 hover:bg-hover data-[state=open]:bg-hover"
          aria-label="Your account"
        >
          <Initial name={me.user.name} />
          <span className="min-w-0 grow truncate text-body">{me.user.name}</span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
        </button>
      )
    }
  >
    <MenuLabel>
      <span className="block truncate">{me.user.email}</span>
    </MenuLabel>
    <MenuLine />
    <ThemeItems />
    <MenuLine />
    <MenuItem onSelect={() => void signOut()}>
      <LogOut aria-hidden />
      Sign out
    </MenuItem>
  </Menu>
);

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
