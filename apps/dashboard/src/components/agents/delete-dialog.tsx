"use client";

/** Asks before an agent and everything on its machine is deleted. */

import type { AgentView } from "@skykoi/api/views";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { homePath } from "../../routes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Notice } from "../ui/notice.tsx";
import { useAgentAction } from "./use-agent-action.ts";
import { agentsKey } from "./use-agents.ts";

interface DeleteDialogProps {
  readonly agent: AgentView;
  readonly onClose: () => void;
  readonly onChanged: (agent: AgentView) => void;
}

export const DeleteDialog = ({ agent, onClose, onChanged }: DeleteDialogProps) => {
  const router = useRouter();
  const queries = useQueryClient();
  const { act, busy, problem } = useAgentAction(agent.id);

  const remove = async () => {
    const deleted = await act("delete");
    if (!deleted) return;
    onChanged(deleted);
    onClose();
    await queries.invalidateQueries({ queryKey: agentsKey });
    router.push(homePath);
  };

  return (
    <Dialog
      onClose={onClose}
      title={`Delete ${agent.name}?`}
      description={
        <>
          <p>Its machine, its files and every conversation with it are deleted. This cannot be undone.</p>
          {problem ? (
            <div className="mt-3">
              <Notice look="bad" urgent>
                {problem.message}
              </Notice>
            </div>
          ) : null}
        </>
      }
    >
      <Button onClick={onClose}>Keep it</Button>
      <Button look="danger" disabled={busy} onClick={() => void remove()}>
        Delete {agent.name}
      </Button>
    </Dialog>
  );
};
