"use client";

/** What the owner can do about the state the timeline shows. */

import type { AgentView } from "@skykoi/api/views";
import { RotateCw } from "lucide-react";

import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { useAgentAction } from "./use-agent-action.ts";

export const TimelineActions = ({ agent, onChanged }: { agent: AgentView; onChanged: (agent: AgentView) => void }) => {
  const { act, busy, problem } = useAgentAction(agent.id);
  if (agent.phase !== "failed" && agent.phase !== "degraded") return null;

  const retry = async () => {
    const retried = await act("retry");
    if (retried) onChanged(retried);
  };

  return (
    <div className="mt-5 grid gap-3">
      <Notice
        look={agent.phase === "failed" ? "bad" : "warn"}
        urgent
        action={
          agent.phase === "failed" ? (
            <Button size="small" disabled={busy} onClick={() => void retry()}>
              <RotateCw aria-hidden />
              Try again
            </Button>
          ) : undefined
        }
      >
        {agent.lastError?.message ?? "Its machine does not answer. It is started again by itself."}
      </Notice>
      {problem ? (
        <Notice look="bad" urgent>
          {problem.message}
        </Notice>
      ) : null}
    </div>
  );
};
