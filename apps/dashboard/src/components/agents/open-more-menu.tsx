"use client";

/** What the button with the three dots opens. */

import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";

import { Menu, MenuDangerItem } from "../ui/menu.tsx";

interface OpenMoreMenuProps {
  readonly name: string;
  readonly trigger: ReactNode;
  readonly onDelete: () => void;
}

export const OpenMoreMenu = ({ name, trigger, onDelete }: OpenMoreMenuProps) => (
  <Menu trigger={trigger}>
    <MenuDangerItem onSelect={onDelete}>
      <Trash2 aria-hidden />
      Delete {name}
    </MenuDangerItem>
  </Menu>
);
