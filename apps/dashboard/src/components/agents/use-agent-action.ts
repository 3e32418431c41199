"use client";

/** Asks the API to do something with an agent, one thing at a time. */

import type { AgentView } from "@skykoi/api/views";
import { useState } from "react";

import { callApi } from "../../platform/browser.ts";
import type { Problem } from "../../platform/problem.ts";

export const useAgentAction = (agentId: string) => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  /** The agent as it is afterwards; undefined when it was refused. */
  const act = async (action: "retry" | "delete"): Promise<AgentView | undefined> => {
    setBusy(true);
    setProblem(undefined);
    const path = `/api/agents/${encodeURIComponent(agentId)}` as const;
    const outcome = await (action === "delete"
      ? callApi<AgentView>(path, { method: "DELETE" })
      : callApi<AgentView>(`${path}/retry`, { method: "POST", body: {} }));
    setBusy(false);
    if (outcome.ok) return outcome.value;
    setProblem(outcome.problem);
    return undefined;
  };

  return { act, busy, problem };
};
