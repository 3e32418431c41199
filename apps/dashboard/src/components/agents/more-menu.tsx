"use client";

/** What else can be done with an agent: the button of the menu, and the question before deleting. */

import type { AgentView } from "@skykoi/api/views";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { Button } from "../ui/button.tsx";
import { OnDemand } from "../ui/on-demand.tsx";

const load = async () => ({ default: (await import("./open-more-menu.tsx")).OpenMoreMenu });
const OpenMoreMenu = lazy(load);
const DeleteDialog = lazy(async () => ({ default: (await import("./delete-dialog.tsx")).DeleteDialog }));

interface MoreMenuProps {
  readonly agent: AgentView;
  readonly onChanged: (agent: AgentView) => void;
}

export const MoreMenu = ({ agent, onChanged }: MoreMenuProps) => {
  const [deleting, setDeleting] = useState(false);
  const trigger = (
    <Button look="ghost" size="icon" aria-label={`More for ${agent.name}`}>
      <Ellipsis aria-hidden />
    </Button>
  );
  return (
    <>
      <OnDemand trigger={trigger} preload={load}>
        <OpenMoreMenu name={agent.name} trigger={trigger} onDelete={() => setDeleting(true)} />
      </OnDemand>
      {deleting ? (
        <Suspense>
          <DeleteDialog agent={agent} onClose={() => setDeleting(false)} onChanged={onChanged} />
        </Suspense>
      ) : null}
    </>
  );
};
