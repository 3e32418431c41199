"use client";

/** What the account's button opens: the theme, and the way out. */

import { LogOut } from "lucide-react";
import type { ReactNode } from "react";

import { Menu, MenuItem, MenuLabel, MenuLine } from "../ui/menu.tsx";
import { signOut } from "./sign-out.ts";
import { ThemeItems } from "./theme-items.tsx";

interface OpenUserMenuProps {
  readonly email: string;
  readonly above: boolean;
  readonly trigger: ReactNode;
}

export const OpenUserMenu = ({ email, above, trigger }: OpenUserMenuProps) => (
  <Menu align={above ? "start" : "end"} side={above ? "top" : "bottom"} trigger={trigger}>
    <MenuLabel>
      <span className="block truncate">{email}</span>
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
