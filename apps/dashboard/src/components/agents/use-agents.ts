"use client";

/** All agents of the organization, kept fresh: quickly while something is on its way, slowly otherwise. */

import type { AgentsView, AgentView } from "@skykoi/api/views";
import { useQuery } from "@tanstack/react-query";

import { callApi, valueOf } from "../../platform/browser.ts";
import { phaseMeaning } from "./phase.ts";

export const agentsKey = ["agents"] as const;

const movingIntervalMs = 3_000;
const settledIntervalMs = 30_000;

export const useAgents = (initial: readonly AgentView[]): readonly AgentView[] => {
  const { data } = useQuery({
    queryKey: agentsKey,
    queryFn: async () => (await valueOf(callApi<AgentsView>("/api/agents"))).agents,
    initialData: initial,
    refetchInterval: ({ state }) =>
      state.data?.some((agent) => !phaseMeaning(agent).settled) ? movingIntervalMs : settledIntervalMs,
  });
  return data;
};
