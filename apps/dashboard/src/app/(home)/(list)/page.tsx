/** Home: the organization's agents. */

import type { Metadata } from "next";

import { AgentList } from "../../../components/agents/agent-list.tsx";
import { listAgents, requireMe } from "../../../platform/server.ts";

export const metadata: Metadata = { title: "Your Koi · SkyKoi" };

export default async function AgentsPage() {
  await requireMe();
  return <AgentList initial={await listAgents()} />;
}
