"use client";

/** Listens for Ctrl/Cmd+K everywhere; the palette itself is only loaded when it is first wanted. */

import type { AgentView } from "@skykoi/api/views";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

const Palette = dynamic(() => import("./palette.tsx").then((module) => module.Palette), { ssr: false });

interface PaletteGateProps {
  readonly agents: readonly AgentView[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export const PaletteGate = ({ agents, open, onOpenChange }: PaletteGateProps) => {
  const [wanted, setWanted] = useState(false);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      onOpenChange(true);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [onOpenChange]);

  if (open && !wanted) setWanted(true);
  return wanted ? <Palette agents={agents} open={open} onOpenChange={onOpenChange} /> : null;
};
